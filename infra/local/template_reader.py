"""Read template.yaml the way CloudFormation would: translate, choose by condition, sort into parts."""

import copy
import functools
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REGION = "us-east-1"
ACCOUNT = "123456789012"
SHADOW_SUFFIX = "ShadowQueue"
WATCH_SUFFIX = "Watch"

# moto's CloudFormation makes these.
_MADE_BY_MOTO = frozenset(
    {
        "AWS::DynamoDB::Table",
        "AWS::Events::EventBus",
        "AWS::KMS::Alias",
        "AWS::KMS::Key",
        "AWS::S3::Bucket",
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
        "AWS::SSM::Parameter",
        "AWS::SecretsManager::Secret",
    }
)
# The deliveries of the local cloud stand for these.
WIRED_HERE = frozenset(
    {
        "AWS::ApiGatewayV2::Integration",
        "AWS::ApiGatewayV2::Route",
        "AWS::Events::Rule",
        "AWS::Lambda::EventInvokeConfig",
        "AWS::Lambda::EventSourceMapping",
        "AWS::Lambda::Function",
        "AWS::SNS::Subscription",
        "AWS::Scheduler::Schedule",
    }
)
# Nothing on a laptop behaves differently without these; what refers to one gets its name.
_ONLY_NAMED = ("AWS::ApiGatewayV2::Api", "AWS::Cognito::")
# Nothing on a laptop behaves differently without these, and nothing refers to them.
_LEFT_OUT = (
    *_ONLY_NAMED,
    "AWS::ApiGatewayV2::Authorizer",
    "AWS::ApiGatewayV2::Stage",
    "AWS::CloudWatch::",
    "AWS::Events::EventBusPolicy",
    "AWS::EventSchemas::",
    "AWS::IAM::",
    "AWS::Lambda::Permission",
    "AWS::Logs::",
    "AWS::Scheduler::ScheduleGroup",
    "AWS::SES::",
    "AWS::SMSVOICE::",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
)


_PLACE = re.compile(r"\$\{(\w+)\}")


class TemplateNotSupported(Exception):
    """The template asks for something the local cloud cannot do. The text names the resource."""


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A translated template, without conditions, sorted by who makes what.

    Attributes:
        stack: Template for moto's CloudFormation, without outputs.
        wired: Logical id to resource, for everything the local cloud itself stands for.
        parameters: Every parameter with its value.
    """

    stack: dict[str, Any]
    wired: dict[str, dict[str, Any]]
    parameters: dict[str, str] = field(default_factory=dict)

    def of_type(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield ``(logical id, properties)`` of each wired resource of one type."""
        for logical_id, resource in self.wired.items():
            if resource["Type"] == kind:
                yield logical_id, resource.get("Properties", {})


def read_template(path: Path, parameters: Mapping[str, str] | None = None) -> Blueprint:
    """Translate a SAM template and sort it.

    Args:
        path: The template file.
        parameters: Values that take the place of the template's defaults.

    Raises:
        TemplateNotSupported: A resource or a parameter the local cloud cannot honour.
    """
    text = path.read_text(encoding="utf-8")
    given = dict(parameters or {})
    translated = copy.deepcopy(_translated(text, tuple(sorted(given.items()))))
    declared = translated.get("Parameters", {})
    if unknown := sorted(set(given) - set(declared)):
        raise TemplateNotSupported(f"{path.name} has no parameter {', '.join(unknown)}")
    values = {name: str(given.get(name, spec.get("Default", ""))) for name, spec in declared.items()}
    if unset := sorted(n for n, spec in declared.items() if n not in given and "Default" not in spec):
        raise TemplateNotSupported(f"{path.name}: parameter {', '.join(unset)} needs a value")
    chosen = _Chooser(translated.get("Conditions", {}), values).resources(translated["Resources"])
    return _sorted_into_parts(_with_names(chosen), declared, values)


@functools.lru_cache(maxsize=16)
def _translated(text: str, parameters: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """Run the SAM transform, offline. Cached: it takes about a second."""
    import boto3
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator
    from samtranslator.yaml_helper import yaml_parse

    # It warns on the root logger about things cfn-lint has judged already.
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    template = yaml_parse(text)
    _point_code_at_s3(template)
    try:
        translator = Translator({}, Parser(), boto_session=boto3.Session(region_name=REGION))
        document: dict[str, Any] = translator.translate(template, dict(parameters))
    except InvalidDocumentException as invalid:
        causes = "; ".join(str(cause.message) for cause in invalid.causes)
        raise TemplateNotSupported(f"the template does not translate: {causes}") from invalid
    return document


def _point_code_at_s3(template: dict[str, Any]) -> None:
    """A local CodeUri does not translate; the code itself is never fetched."""
    template.get("Globals", {}).get("Function", {}).pop("CodeUri", None)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource.setdefault("Properties", {})["CodeUri"] = "s3://local/code.zip"
            resource.pop("Metadata", None)


class _Chooser:
    """Evaluate conditions, then cut what is false out of the template."""

    def __init__(self, conditions: Mapping[str, Any], parameters: Mapping[str, str]) -> None:
        self._conditions = conditions
        self._parameters = parameters

    def resources(self, resources: Mapping[str, Any]) -> dict[str, Any]:
        """Keep what is true, with every ``Fn::If`` decided."""
        kept = {n: r for n, r in resources.items() if self._holds({"Condition": r.get("Condition")})}
        return {
            name: self._decided({key: part for key, part in resource.items() if key != "Condition"})
            for name, resource in kept.items()
        }

    def _holds(self, test: Any) -> bool:
        ((verb, argument),) = test.items()
        if verb == "Condition":
            return argument is None or self._holds(self._conditions[argument])
        if verb == "Fn::Equals":
            left, right = (self._plain(side) for side in argument)
            return left == right
        if verb == "Fn::Not":
            return not self._holds(argument[0])
        if verb in ("Fn::And", "Fn::Or"):
            return (all if verb == "Fn::And" else any)(self._holds(part) for part in argument)
        raise TemplateNotSupported(f"condition function {verb}")

    def _plain(self, value: Any) -> str:
        if not isinstance(value, dict):
            return str(value)
        ((verb, argument),) = value.items()
        known = {**self._parameters, "AWS::Region": REGION, "AWS::AccountId": ACCOUNT}
        if verb == "Ref" and argument in known:
            return known[argument]
        if verb == "Fn::Join":
            glue, parts = argument
            # A reference in place of a list is a parameter that holds one, with commas.
            texts = self._plain(parts).split(",") if isinstance(parts, dict) else map(self._plain, parts)
            return str(glue).join(texts)
        raise TemplateNotSupported(f"a condition compares {value}")

    def _decided(self, node: Any) -> Any:
        if isinstance(node, list):
            decided = (self._decided(item) for item in node)
            return [item for item in decided if not _is_no_value(item)]
        if not isinstance(node, dict):
            return node
        if set(node) == {"Fn::If"}:
            name, yes, no = node["Fn::If"]
            return self._decided(yes if self._holds({"Condition": name}) else no)
        pairs = ((key, self._decided(value)) for key, value in node.items())
        return {key: value for key, value in pairs if not _is_no_value(value)}


def _is_no_value(node: Any) -> bool:
    return isinstance(node, dict) and node == {"Ref": "AWS::NoValue"}


def _with_names(resources: dict[str, Any]) -> dict[str, Any]:
    """Put a name where something is referred to that moto has no name for: a bus, or what is left out."""
    names = {n: r["Properties"]["Name"] for n, r in resources.items() if r["Type"] == "AWS::Events::EventBus"}
    names |= {name: name for name, r in resources.items() if r["Type"].startswith(_ONLY_NAMED)}

    def named(node: Any) -> Any:
        if isinstance(node, list):
            return [named(item) for item in node]
        if isinstance(node, dict):
            if isinstance(node.get("Ref"), str) and node["Ref"] in names:
                return names[node["Ref"]]
            if isinstance(node.get("Fn::Sub"), str):
                return {"Fn::Sub": _PLACE.sub(lambda found: names.get(found[1], found[0]), node["Fn::Sub"])}
            return {key: named(value) for key, value in node.items()}
        return node

    return {name: named(resource) for name, resource in resources.items()}


def _sorted_into_parts(resources: dict[str, Any], declared: Any, values: dict[str, str]) -> Blueprint:
    made: dict[str, Any] = {}
    wired: dict[str, Any] = {}
    for logical_id, resource in resources.items():
        kind = resource["Type"]
        if kind in _MADE_BY_MOTO:
            made[logical_id] = resource
        elif kind in WIRED_HERE:
            wired[logical_id] = resource
        elif not kind.startswith(_LEFT_OUT):
            raise TemplateNotSupported(f"{logical_id}: the local cloud knows no {kind}")
    made.update(_shadows(wired, made))
    for logical_id, resource in made.items():
        resource.pop("DependsOn", None)
        check_references(logical_id, resource, set(made) | set(declared))
    # A rule now names its bus instead of referring to it, so the order is ours to keep.
    made = dict(sorted(made.items(), key=lambda one: one[1]["Type"] != "AWS::Events::EventBus"))
    stack = {"AWSTemplateFormatVersion": "2010-09-09", "Parameters": declared, "Resources": made}
    return Blueprint(stack, wired, values)


def _shadows(wired: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
    """Give each pattern rule a queue of its own in place of its targets.

    moto matches patterns but refuses to call functions. One more rule a bus sees every event.
    """
    shadows: dict[str, Any] = {}
    rules = {n: r for n, r in wired.items() if r["Type"] == "AWS::Events::Rule"}
    for logical_id, rule in rules.items():
        if "EventPattern" in rule["Properties"]:
            kept = ("Name", "EventBusName", "EventPattern", "State")
            properties = {key: value for key, value in rule["Properties"].items() if key in kept}
            shadows |= _rule_into_queue(logical_id, properties)
    buses = [name for name, resource in made.items() if resource["Type"] == "AWS::Events::EventBus"]
    for bus in buses:
        everything = {"source": [{"exists": True}]}
        shadows |= _rule_into_queue(
            bus + WATCH_SUFFIX, {"EventBusName": made[bus]["Properties"]["Name"], "EventPattern": everything}
        )
    return shadows


def _rule_into_queue(logical_id: str, properties: dict[str, Any]) -> dict[str, Any]:
    queue = logical_id + SHADOW_SUFFIX
    target = {"Id": "Shadow", "Arn": {"Fn::GetAtt": [queue, "Arn"]}}
    return {
        logical_id: {"Type": "AWS::Events::Rule", "Properties": {**properties, "Targets": [target]}},
        queue: {"Type": "AWS::SQS::Queue", "Properties": {"MessageRetentionPeriod": 1209600}},
    }


def check_references(where: str, node: Any, known: set[str]) -> None:
    """Refuse a reference to something that is not there.

    Raises:
        TemplateNotSupported: Naming ``where`` and what it refers to.
    """
    for name in _references(node):
        if name not in known and not name.startswith("AWS::"):
            raise TemplateNotSupported(f"{where} refers to {name}, which the local cloud leaves out")


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _references(item)
    elif isinstance(node, dict):
        if isinstance(node.get("Ref"), str):
            yield node["Ref"]
        if "Fn::GetAtt" in node:
            attribute = node["Fn::GetAtt"]
            yield attribute[0] if isinstance(attribute, list) else attribute.split(".")[0]
        for value in node.values():
            yield from _references(value)
