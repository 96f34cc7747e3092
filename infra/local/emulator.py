"""moto on virtual time: the tables, queues, topics and buses of a template, and no way to the network.

Single-threaded on purpose: moto takes no locks.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from types import SimpleNamespace
from typing import Any
from unittest import mock

from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber
from moto.dynamodb.models import dynamodb_backends
from moto.moto_api._internal import mock_random
from moto.sqs.models import sqs_backends

from infra.local.aws_wiring import Wiring, wire
from infra.local.carrier import Carrier
from infra.local.memory_table import MemoryTable
from infra.local.quick_moto import quicken, surrounding_client
from infra.local.template_reader import ACCOUNT, REGION, Blueprint, TemplateNotSupported, check_references
from infra.local.virtual_clock import VirtualClock
from infra.local.virtual_queue import VirtualQueue

_AWS_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_SESSION_TOKEN": "local",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    # Otherwise botocore puts the account into the host name, which moto does not recognise.
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
}

Record = dict[str, Any]


class Emulator:
    """The part of AWS that moto plays.

    Use ``start`` and ``stop``, or the Cloud around it. ``resources`` maps logical to physical ids.
    ``outside`` gives other clients by which events and notices come in.
    """

    def __init__(
        self, clock: VirtualClock, carrier: Carrier, outside: Callable[[str], Any] | None = None
    ) -> None:
        self._clock = clock
        self._carrier = carrier
        self._outside = outside
        self._stack = ExitStack()
        self.resources: dict[str, str] = {}
        self._queues: dict[str, VirtualQueue] = {}

    def client(self, name: str) -> Any:
        """Return a client of what stands around the service; made once, for making one is slow."""
        return surrounding_client(name, REGION)

    def outside(self, name: str) -> Any:
        """Return the client by which events and notices come in."""
        return self._outside(name) if self._outside is not None else self.client(name)

    def start(self) -> None:
        """Put moto, the carrier, the virtual time and fake credentials in place of the real ones."""
        self._stack.enter_context(_environment(_AWS_ENVIRONMENT))
        self._stack.enter_context(mock_aws())
        mock_random.seed(0)
        for name in ("moto.core.utils.utcnow", "moto.dynamodb.models.table.utcnow"):
            self._stack.enter_context(mock.patch(name, self._naive_now))
        # moto builds events by replacing "<time>" and the like in a text: a detail that holds such words
        # would be changed. The reader refuses rules that ask for reshaping, so the event goes as it is.
        whole = staticmethod(lambda event, **_reshaping: dict(event))
        self._stack.enter_context(mock.patch("moto.events.models.EventTemplateParser.parse", whole))
        # Our templates go in as JSON, which moto reads as YAML, thirty times slower.
        self._stack.enter_context(
            mock.patch("moto.cloudformation.models.Stack.parse_template", staticmethod(json.loads))
        )
        quicken(self._stack, self._clock)
        self._stack.enter_context(self._carrier_before_moto())
        # A throttled call backs off for real otherwise, while virtual time stands still.
        no_sleep = SimpleNamespace(sleep=lambda _seconds: None, time=lambda: self._clock.now().timestamp())
        self._stack.enter_context(mock.patch("botocore.endpoint.time", no_sleep))

    def stop(self) -> None:
        """Put everything back as it was, and forget all resources."""
        self._stack.close()

    def create(self, blueprint: Blueprint) -> Wiring:
        """Make the resources of a blueprint and return its wiring with every reference resolved.

        Raises:
            TemplateNotSupported: See ``wire`` and ``check_references``.
        """
        expressions: dict[str, Any] = {}

        def collect(expression: Any) -> str:
            expressions[_canonical(expression)] = expression
            return ""

        wire(blueprint, collect)
        known = set(blueprint.stack["Resources"]) | set(blueprint.parameters)
        check_references("the environment or an event source of a function", [*expressions.values()], known)
        answers = self._deploy(blueprint, expressions)
        wiring = wire(blueprint, lambda expression: answers[_canonical(expression)])
        for subscription in wiring.subscriptions:
            self.client("sns").subscribe(
                TopicArn=subscription.topic,
                Protocol="sqs",
                Endpoint=subscription.queue,
                Attributes=dict(subscription.attributes),
            )
        return wiring

    def _deploy(self, blueprint: Blueprint, expressions: Mapping[str, Any]) -> dict[str, str]:
        """Create the stack. Its outputs are the values of the expressions: moto resolves them."""
        numbered = {f"E{number}": text for number, text in enumerate(expressions)}
        outputs = {key: {"Value": expressions[text]} for key, text in numbered.items()}
        template = {**blueprint.stack, **({"Outputs": outputs} if outputs else {})}
        chosen = [
            {"ParameterKey": name, "ParameterValue": value} for name, value in blueprint.parameters.items()
        ]
        client = self.client("cloudformation")
        client.create_stack(StackName="local", TemplateBody=json.dumps(template), Parameters=chosen)
        for resource in client.describe_stack_resources(StackName="local")["StackResources"]:
            logical_id = resource["LogicalResourceId"]
            # moto knows no physical id of a bus; it is the name.
            named = blueprint.stack["Resources"][logical_id].get("Properties", {}).get("Name", logical_id)
            self.resources[logical_id] = resource.get("PhysicalResourceId", named)
        described = client.describe_stacks(StackName="local")["Stacks"][0].get("Outputs", [])
        values = {output["OutputKey"]: output.get("OutputValue") or "" for output in described}
        return {text: values.get(key, "") for key, text in numbered.items()}

    def queue(self, logical_id_or_arn: str) -> VirtualQueue:
        """Return a queue by the name it has in the template, or by its ARN."""
        if logical_id_or_arn not in self._queues:
            physical = self.resources.get(logical_id_or_arn, logical_id_or_arn)
            name = physical.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
            queue = sqs_backends[ACCOUNT][REGION].queues[name]
            self._queues[logical_id_or_arn] = VirtualQueue(queue, self._clock)
        return self._queues[logical_id_or_arn]

    def streams(self) -> dict[str, str]:
        """Return each table's name with the ARN of its stream."""
        tables = dynamodb_backends[ACCOUNT][REGION].tables.values()
        return {table.name: f"{table.table_arn}/stream/{table.latest_stream_label}" for table in tables}

    def memory_table(self, on_record: Callable[[Record], None]) -> MemoryTable:
        """Return a fast table that stands for the template's one table, stream included."""
        (name, stream), *others = self.streams().items()
        if others:
            raise TemplateNotSupported("table='memory' stands for one table, and the template has more")
        table = MemoryTable(name, now=self._clock.now)
        table.subscribe(lambda record: on_record({**record, "eventSourceARN": stream}), only_reads=True)
        return table

    def take_stream_records(self) -> list[Record]:
        """Return every change to a table since the last call, oldest first, as a stream delivers it."""
        records: list[Record] = []
        # Looked up each time: a transaction that rolls back puts a copy of its table here.
        sources = self.streams()
        for table in dynamodb_backends[ACCOUNT][REGION].tables.values():
            shard = table.stream_shard
            if shard is None or not shard.items:
                continue
            taken, shard.items = shard.items, []
            shard.starting_sequence_number += len(taken)
            records.extend(_stream_record(one.to_json(), sources[table.name]) for one in taken)
        return [record for record, after in pairwise([*records, {}]) if _is_change(record, after)]

    def _naive_now(self) -> datetime:
        return self._clock.now().replace(tzinfo=None)

    @contextmanager
    def _carrier_before_moto(self) -> Iterator[None]:
        """Let the carrier answer in moto's own place.

        botocore calls every ``before-send`` handler and takes the first answer: two handlers side by
        side would both have their effect.
        """
        ask_moto: Callable[..., Any] = BotocoreStubber.__call__

        def ask(stubber: BotocoreStubber, event_name: str, request: Any, **rest: Any) -> Any:
            answer = self._carrier.answer(request)
            return answer if answer is not None else ask_moto(stubber, event_name, request, **rest)

        with mock.patch.object(BotocoreStubber, "__call__", ask):
            yield


def _canonical(expression: Any) -> str:
    return json.dumps(expression, sort_keys=True)


def _stream_record(record: Record, source: str) -> Record:
    """Shape moto's record as Lambda delivers it."""
    inner = dict(record["dynamodb"])
    at: datetime = inner["ApproximateCreationDateTime"]
    inner["ApproximateCreationDateTime"] = at.replace(tzinfo=UTC).timestamp()
    return {**record, "awsRegion": REGION, "eventSourceARN": source, "dynamodb": inner}


def _is_change(record: Record, after: Record) -> bool:
    """Tell a change from moto's noise.

    moto writes a record for a put that changes nothing, and two when an update makes an item: the first
    of them shows the key alone. DynamoDB writes none and one.
    """
    inner = record["dynamodb"]
    half_made = after and record["eventName"] == after["eventName"] == "INSERT"
    if half_made and inner["Keys"] == after["dynamodb"]["Keys"]:
        return False
    return bool(inner.get("OldImage") != inner.get("NewImage"))


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables, and hide every AWS setting of the machine, until the end."""
    hidden = [n for n in os.environ if n.startswith("AWS_") and n not in variables]
    with mock.patch.dict(os.environ, variables):
        for name in hidden:
            del os.environ[name]
        yield
