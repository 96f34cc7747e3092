"""What wakes what: the functions of a template and every arrow that leads to one."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from moto.events.models import EventPattern

from infra.local.template_reader import ACCOUNT, REGION, SHADOW_SUFFIX, Blueprint, TemplateNotSupported

# A stream keeps a record for a day, then it is gone.
_STREAM_KEPT_S = 86_400

# Turns a CloudFormation expression (a string, a Ref, a GetAtt, a Sub ...) into its value.
Resolve = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Function:
    """One Lambda function.

    Attributes:
        retries: How often an asynchronous invocation that failed is tried again (AWS default: 2).
        max_age_s: Age after which such an invocation is given up, seconds (AWS default: 6 hours).
        on_failure: ARN of the queue that takes what was given up, with an invocation record around it.
        dead_letters: ARN of the queue that takes the bare event instead, or None.
    """

    logical_id: str
    name: str
    handler: str
    environment: Mapping[str, str]
    timeout_s: int
    memory_mb: int
    retries: int
    max_age_s: int
    on_failure: str | None
    dead_letters: str | None

    @property
    def arn(self) -> str:
        """The ARN Lambda would give it."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.name}"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Time wakes a function. ``text`` is the schedule expression, ``input`` a fixed event or None."""

    logical_id: str
    text: str
    function: str
    input: str | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A bus event that matches wakes functions and fills queues. moto puts matches on ``shadow``."""

    logical_id: str
    shadow: str
    functions: tuple[str, ...]
    queues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A queue or a table's stream feeds a function in batches. ``arn`` names the queue or stream.

    Attributes:
        retries: Of a stream's batch, -1 for no limit.
        max_age_s: Age after which a stream's record is given up (a stream keeps it for 24 hours).
        on_failure: ARN of the queue that is told which records of a stream were given up, or None.
        patterns: A stream's record reaches the function when one of them matches; all do when there is none.
    """

    logical_id: str
    arn: str
    function: str
    batch_size: int
    partial: bool
    retries: int
    max_age_s: int
    on_failure: str | None
    patterns: tuple[str, ...] = ()

    def wants(self, record: Mapping[str, Any]) -> bool:
        """Say whether one of the patterns lets a record of a stream through."""
        return not self.patterns or any(
            _pattern(pattern).matches_event(cast("Any", record)) for pattern in self.patterns
        )


@lru_cache
def _pattern(text: str) -> EventPattern:
    return EventPattern.load(text)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A topic feeds a queue."""

    logical_id: str
    topic: str
    queue: str
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wiring:
    """Everything above, of one template."""

    functions: Mapping[str, Function]
    schedules: tuple[Schedule, ...]
    rules: tuple[Rule, ...]
    queues: tuple[Source, ...]
    streams: tuple[Source, ...]
    subscriptions: tuple[Subscription, ...]


def wire(blueprint: Blueprint, resolve: Resolve) -> Wiring:
    """Read the arrows of a blueprint.

    Args:
        blueprint: The translated template.
        resolve: Gives the value of an expression. Called for the same expressions in the same order
            each time, so that a first run may collect what a second one looks up.

    Raises:
        TemplateNotSupported: Something wakes a function in a way the local cloud does not know.
    """
    sources = [*_sources(blueprint, resolve)]
    wiring = Wiring(
        functions={function.logical_id: function for function in _functions(blueprint, resolve)},
        schedules=tuple(_schedules(blueprint)),
        rules=tuple(_rules(blueprint, resolve)),
        queues=tuple(source for kind, source in sources if kind == "sqs"),
        streams=tuple(source for kind, source in sources if kind == "dynamodb"),
        subscriptions=tuple(_subscriptions(blueprint, resolve)),
    )
    arrows: list[Schedule | Source] = [*wiring.schedules, *wiring.queues, *wiring.streams]
    for arrow in arrows:
        if arrow.function not in wiring.functions:
            raise TemplateNotSupported(f"{arrow.logical_id} wakes {arrow.function}, which is no function")
    return wiring


def _functions(blueprint: Blueprint, resolve: Resolve) -> Iterator[Function]:
    configs = {
        _logical_id(name, properties["FunctionName"]): properties
        for name, properties in blueprint.of_type("AWS::Lambda::EventInvokeConfig")
    }
    for logical_id, properties in blueprint.of_type("AWS::Lambda::Function"):
        config = configs.get(logical_id, {})
        variables = properties.get("Environment", {}).get("Variables", {})
        failed = config.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        letters = properties.get("DeadLetterConfig", {}).get("TargetArn")
        yield Function(
            logical_id=logical_id,
            name=resolve(properties.get("FunctionName", f"local-{logical_id}")),
            handler=properties["Handler"],
            environment={name: resolve(value) for name, value in variables.items()},
            timeout_s=int(properties.get("Timeout", 3)),
            memory_mb=int(properties.get("MemorySize", 128)),
            retries=int(config.get("MaximumRetryAttempts", 2)),
            max_age_s=int(config.get("MaximumEventAgeInSeconds", 21600)),
            on_failure=_queue_arn(logical_id, resolve(failed)) if failed else None,
            dead_letters=_queue_arn(logical_id, resolve(letters)) if letters else None,
        )


def _schedules(blueprint: Blueprint) -> Iterator[Schedule]:
    for logical_id, properties in blueprint.of_type("AWS::Scheduler::Schedule"):
        if properties.get("State") != "DISABLED":
            yield _schedule(logical_id, properties, properties["Target"])
    for logical_id, properties in blueprint.of_type("AWS::Events::Rule"):
        if "ScheduleExpression" in properties and properties.get("State") != "DISABLED":
            for target in properties["Targets"]:
                yield _schedule(logical_id, properties, target)


def _schedule(logical_id: str, properties: dict[str, Any], target: dict[str, Any]) -> Schedule:
    function = _logical_id(logical_id, target["Arn"])
    return Schedule(logical_id, str(properties["ScheduleExpression"]), function, target.get("Input"))


def _rules(blueprint: Blueprint, resolve: Resolve) -> Iterator[Rule]:
    known = {name for name, _ in blueprint.of_type("AWS::Lambda::Function")}
    for logical_id, properties in blueprint.of_type("AWS::Events::Rule"):
        if "EventPattern" not in properties:
            continue
        functions, queues = [], []
        for target in properties["Targets"]:
            if extra := sorted({"Input", "InputPath", "InputTransformer"} & set(target)):
                raise TemplateNotSupported(f"{logical_id} reshapes its event with {extra[0]}")
            if (function := _reference(target["Arn"])) in known:
                functions.append(function)
            else:
                queues.append(_queue_arn(logical_id, resolve(target["Arn"])))
        yield Rule(logical_id, logical_id + SHADOW_SUFFIX, tuple(functions), tuple(queues))


def _sources(blueprint: Blueprint, resolve: Resolve) -> Iterator[tuple[str, Source]]:
    for logical_id, properties in blueprint.of_type("AWS::Lambda::EventSourceMapping"):
        arn = resolve(properties.get("EventSourceArn", ""))
        kind = arn.split(":")[2] if arn.count(":") >= 5 else ""
        # While expressions are only being collected there is no ARN yet.
        patterns = tuple(one["Pattern"] for one in properties.get("FilterCriteria", {}).get("Filters", ()))
        if (arn and kind not in ("sqs", "dynamodb")) or (patterns and kind == "sqs"):
            raise TemplateNotSupported(f"{logical_id} feeds a function from {arn} or filters it")
        if properties.get("Enabled", True) is False:
            continue
        partial = "ReportBatchItemFailures" in properties.get("FunctionResponseTypes", [])
        failed = properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        max_age_s = int(properties.get("MaximumRecordAgeInSeconds", -1))
        yield (
            kind,
            Source(
                logical_id=logical_id,
                arn=arn,
                function=_logical_id(logical_id, properties["FunctionName"]),
                batch_size=int(properties.get("BatchSize", 10 if kind == "sqs" else 100)),
                partial=partial,
                retries=int(properties.get("MaximumRetryAttempts", -1)),
                max_age_s=_STREAM_KEPT_S if max_age_s < 0 else min(max_age_s, _STREAM_KEPT_S),
                on_failure=_queue_arn(logical_id, resolve(failed)) if failed else None,
                patterns=patterns,
            ),
        )


def _subscriptions(blueprint: Blueprint, resolve: Resolve) -> Iterator[Subscription]:
    for logical_id, properties in blueprint.of_type("AWS::SNS::Subscription"):
        if properties["Protocol"] == "email":
            continue  # people's mailboxes for alarms; nothing of ours waits there
        if properties["Protocol"] != "sqs":
            raise TemplateNotSupported(f"{logical_id}: a topic feeds {properties['Protocol']}, not sqs")
        attributes: dict[str, str] = {
            name: json.dumps(properties[name])
            if isinstance(properties[name], dict)
            else str(properties[name])
            for name in ("RawMessageDelivery", "FilterPolicy", "FilterPolicyScope")
            if name in properties
        }
        if "RawMessageDelivery" in attributes:
            attributes["RawMessageDelivery"] = attributes["RawMessageDelivery"].lower()
        yield Subscription(
            logical_id, resolve(properties["TopicArn"]), resolve(properties["Endpoint"]), attributes
        )


def _reference(expression: Any) -> str:
    """Return the logical id a Ref or GetAtt points at, else an empty string."""
    if isinstance(expression, dict):
        target = expression.get("Ref") or expression.get("Fn::GetAtt", "")
        return str(target[0] if isinstance(target, list) else target.split(".")[0])
    return ""


def _logical_id(where: str, expression: Any) -> str:
    name = _reference(expression)
    if not name:
        raise TemplateNotSupported(f"{where}: expected a reference to a function, found {expression}")
    return name


def _queue_arn(where: str, arn: str) -> str:
    if arn and not arn.startswith("arn:aws:sqs:"):
        raise TemplateNotSupported(f"{where}: only queues can take what is sent to {arn}")
    return arn
