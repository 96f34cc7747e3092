"""What a function sees around it, what observers see, and what is left behind afterwards."""

import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest

from infra.local.carrier import Carrier
from infra.local.cloud import Cloud
from infra.local.invoker import FunctionFailed
from infra.local.template_reader import TemplateNotSupported
from infra.local.virtual_clock import VirtualClock

NINE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
Opener = Callable[..., Cloud]


def store(cloud: Cloud, key: str, **more: Any) -> None:
    cloud.client("dynamodb").put_item(
        TableName=cloud.resource("Table"), Item={"pk": {"S": key}, "sk": {"S": "plan"}, **more}
    )


# ---- variables and context


def test_a_function_sees_its_own_variables_with_references_resolved_and_no_others(cloud: Cloud) -> None:
    one = cloud.invoke("TellsOne", {})["variables"]
    two = cloud.invoke("TellsTwo", {})["variables"]
    table = cloud.resource("Table")
    assert one == {"ONLY_ONE": "plain", "SHARED_GREETING": f"hello, {table}", "TABLE_NAME": table}
    assert two == {"ONLY_TWO": "2", "SHARED_GREETING": "bye"}
    assert "ONLY_ONE" not in os.environ
    assert "AWS_LAMBDA_FUNCTION_NAME" not in os.environ


def test_parameters_take_the_place_of_defaults_and_decide_conditions(open_cloud: Opener) -> None:
    cloud = open_cloud(parameters={"Greeting": "hola", "Fancy": "yes"})
    variables = cloud.invoke("TellsOne", {})["variables"]
    assert variables["SHARED_GREETING"].startswith("hola, ")
    assert variables["ONLY_ONE"] == cloud.resource("FancyQueue").rsplit("/", 1)[-1]


def test_a_resource_whose_condition_is_false_is_not_made(cloud: Cloud) -> None:
    with pytest.raises(KeyError):
        cloud.resource("FancyQueue")


def test_the_context_names_the_function_and_the_time_it_has(cloud: Cloud) -> None:
    told = cloud.invoke("TellsOne", {})
    assert told["name"] == told["lambda"] == cloud.functions["TellsOne"].name
    assert told["memory"] == "256"
    assert told["arn"] == f"arn:aws:lambda:us-east-1:123456789012:function:{told['name']}"
    assert told["remaining"] == 30_000


def test_rewiring_is_asked_for_only_when_the_variables_change(open_cloud: Opener) -> None:
    rewired: list[tuple[str, str | None]] = []
    cloud = open_cloud(
        on_function_environment=lambda f: rewired.append((f.logical_id, os.environ.get("SHARED_GREETING")))
    )
    for name in ("TellsTwo", "TellsTwo", "TellsOne", "TellsTwo"):
        cloud.invoke(name, {})
    greeting = f"hello, {cloud.resource('Table')}"
    assert rewired == [("TellsTwo", "bye"), ("TellsOne", greeting), ("TellsTwo", "bye")]


def test_what_runs_as_a_function_sees_its_variables_and_what_it_stores_is_shown(cloud: Cloud) -> None:
    shown: list[Any] = []
    cloud.on_record(shown.append)
    with suppress(ValueError), cloud.as_function("TellsOne"):
        assert os.environ["ONLY_ONE"] == "plain"
        store(cloud, "ada")
        raise ValueError("no")
    assert "ONLY_ONE" not in os.environ
    assert len(shown) == 1


def test_what_a_handler_raises_is_a_failed_invocation_with_its_cause(cloud: Cloud, toys: ModuleType) -> None:
    toys.MOODS["works"] = [ValueError("bad")]
    with pytest.raises(FunctionFailed, match="ValueError: bad") as failed:
        cloud.invoke("Works", {})
    assert isinstance(failed.value.__cause__, ValueError)


# ---- streams and observers


@pytest.mark.parametrize("table", ["moto", "memory"])
def test_every_change_of_the_table_is_shown_in_order_with_both_images(open_cloud: Opener, table: str) -> None:
    cloud = open_cloud(table=table)
    shown: list[tuple[str, Any, Any]] = []
    cloud.on_record(
        lambda r: shown.append((r["eventName"], r["dynamodb"].get("OldImage"), r["dynamodb"].get("NewImage")))
    )
    store(cloud, "ada", mood={"N": "3"})
    store(cloud, "ada", mood={"N": "5"})
    store(cloud, "ada", mood={"N": "5"})
    cloud.client("dynamodb").delete_item(
        TableName=cloud.resource("Table"), Key={"pk": {"S": "ada"}, "sk": {"S": "plan"}}
    )
    cloud.run_until(NINE)
    key = {"pk": {"S": "ada"}, "sk": {"S": "plan"}}
    low, high = {**key, "mood": {"N": "3"}}, {**key, "mood": {"N": "5"}}
    assert shown == [("INSERT", None, low), ("MODIFY", low, high), ("REMOVE", high, None)]


@pytest.mark.parametrize("table", ["moto", "memory"])
def test_an_item_made_by_an_update_is_shown_once_and_whole(open_cloud: Opener, table: str) -> None:
    cloud = open_cloud(table=table)
    shown: list[tuple[str, Any]] = []
    cloud.on_record(lambda r: shown.append((r["eventName"], r["dynamodb"].get("NewImage"))))
    cloud.client("dynamodb").update_item(
        TableName=cloud.resource("Table"),
        Key={"pk": {"S": "ada"}, "sk": {"S": "plan"}},
        UpdateExpression="ADD mood :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )
    cloud.run_until(NINE)
    assert shown == [("INSERT", {"pk": {"S": "ada"}, "sk": {"S": "plan"}, "mood": {"N": "1"}})]


@pytest.mark.parametrize("table", ["moto", "memory"])
def test_a_function_that_follows_the_stream_gets_changes_in_order_and_again_after_a_failure(
    open_cloud: Opener, toys: ModuleType, table: str
) -> None:
    cloud = open_cloud(table=table)
    toys.MOODS["follows"] = [RuntimeError("no")]
    for key in ("a", "b", "c"):
        store(cloud, key)
    cloud.run_until(NINE + timedelta(minutes=1))
    batches = [
        [r["dynamodb"]["Keys"]["pk"]["S"] for r in batch["Records"]]
        for name, batch in toys.SEEN
        if name == "follows"
    ]
    assert batches == [["a", "b"], ["a", "b"], ["c"]]


def test_a_change_that_no_try_could_take_is_given_up_and_its_place_kept(
    open_cloud: Opener, toys: ModuleType
) -> None:
    cloud = open_cloud(table="memory")
    toys.MOODS["follows"] = [RuntimeError("no")] * 3
    shown: list[Any] = []
    cloud.on_record(shown.append)
    store(cloud, "a")
    store(cloud, "b")
    cloud.run_until(NINE + timedelta(minutes=1))
    (letter,) = (json.loads(record["body"]) for record in cloud.drain("GivenUp"))
    assert letter["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert letter["requestContext"]["approximateInvokeCount"] == 3
    place = letter["DDBStreamBatchInfo"]
    assert place["startSequenceNumber"] == shown[0]["dynamodb"]["SequenceNumber"]
    assert place["streamArn"] == shown[0]["eventSourceARN"]
    assert "NewImage" not in json.dumps(letter)
    (last,) = toys.SEEN[-1:]
    assert [r["dynamodb"]["Keys"]["pk"]["S"] for r in last[1]["Records"]] == ["b"]
    assert cloud.lost == []


def test_a_transaction_that_is_rolled_back_shows_nothing(cloud: Cloud) -> None:
    shown: list[Any] = []
    cloud.on_record(shown.append)
    client, name = cloud.client("dynamodb"), cloud.resource("Table")
    new = {"TableName": name, "Item": {"pk": {"S": "ada"}, "sk": {"S": "plan"}}}
    taken = {**new, "Item": {"pk": {"S": "ben"}, "sk": {"S": "plan"}}}
    with pytest.raises(client.exceptions.TransactionCanceledException):
        client.transact_write_items(
            TransactItems=[{"Put": new}, {"Put": {**taken, "ConditionExpression": "attribute_exists(pk)"}}]
        )
    cloud.run_until(NINE)
    assert shown == []


def test_a_due_item_in_the_fast_table_wakes_the_sweep_too(open_cloud: Opener, toys: ModuleType) -> None:
    cloud = open_cloud(table="memory")
    due = str(int((NINE + timedelta(hours=2)).timestamp() * 1000))
    store(cloud, "ada", due_shard={"S": "0"}, due_at={"N": due})
    cloud.run_until(NINE)
    assert cloud.next_at() == NINE + timedelta(hours=2)


def test_what_handlers_print_goes_where_it_is_asked_to(
    open_cloud: Opener, toys: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toys, "_noted", lambda name, event: sys.stdout.write("woken\n"))
    with (tmp_path / "log").open("w") as logs:
        open_cloud(logs=logs).invoke("Works", {})
    assert (tmp_path / "log").read_text() == "woken\n"


# ---- one after the other


def test_a_cloud_leaves_nothing_behind_for_the_next_one(
    toys: ModuleType, carrier: Carrier, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "real-clinic")
    before = dict(os.environ)
    template = Path(__file__).parent / "toys" / "toy_template.yaml"
    with Cloud(template, clock, carrier) as first:
        store(first, "ada", due_at={"N": "1"})
        first.client("sqs").send_message(QueueUrl=first.resource("WorkDeadLetters"), MessageBody="old")
        assert "AWS_PROFILE" not in os.environ
    assert dict(os.environ) == before
    with Cloud(template, clock, carrier) as second:
        shown: list[Any] = []
        second.on_record(shown.append)
        second.run_until(NINE + timedelta(hours=1))
        assert second.queue_depth("WorkDeadLetters") == 0
        assert shown == []
        table = second.client("dynamodb").scan(TableName=second.resource("Table"))
        assert table["Count"] == 0


def test_outside_a_cloud_time_is_real_again(toys: ModuleType, carrier: Carrier, clock: VirtualClock) -> None:
    import moto.core.utils

    before = moto.core.utils.utcnow
    with Cloud(Path(__file__).parent / "toys" / "toy_template.yaml", clock, carrier):
        assert moto.core.utils.utcnow() == NINE.replace(tzinfo=None)
    assert moto.core.utils.utcnow is before


# ---- what the template must not ask for


@pytest.mark.parametrize(
    ("resource", "named"),
    [
        ("Type: AWS::Kinesis::Stream", "Odd: .*AWS::Kinesis::Stream"),
        (
            (
                "{Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref F, "
                "EventSourceArn: 'arn:aws:kinesis:us-east-1:123456789012:stream/x'}}"
            ),
            "Odd feeds a function from arn:aws:kinesis",
        ),
        (
            "{Type: AWS::SNS::Subscription, Properties: {Protocol: lambda, TopicArn: x, Endpoint: y}}",
            "Odd: a topic feeds lambda",
        ),
        (
            (
                "{Type: AWS::Scheduler::Schedule, Properties: {ScheduleExpression: at(2026-01-01T00:00:00), "
                "Target: {Arn: !GetAtt F.Arn}}}"
            ),
            "Odd: schedule 'at",
        ),
        ("{Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Role}}", "Odd refers to Role"),
    ],
)
def test_a_template_that_asks_for_too_much_is_refused_by_the_name_of_the_resource(
    tmp_path: Path, carrier: Carrier, clock: VirtualClock, resource: str, named: str
) -> None:
    path = tmp_path / "template.yaml"
    body = resource if resource.startswith("{") else "{" + resource + "}"
    path.write_text(
        "Resources:\n"
        "  Role: {Type: AWS::IAM::Role, Properties: {}}\n"
        "  F: {Type: AWS::Lambda::Function, Properties: {Handler: toy_clinic.works}}\n"
        f"  Odd: {body}\n"
    )
    before = (boto3.DEFAULT_SESSION, dict(os.environ))
    with pytest.raises(TemplateNotSupported, match=named), Cloud(path, clock, carrier):
        pass
    assert (boto3.DEFAULT_SESSION, dict(os.environ)) == before


def test_a_parameter_the_template_does_not_have_is_refused(open_cloud: Opener) -> None:
    with pytest.raises(TemplateNotSupported, match="Greting"):
        open_cloud(parameters={"Greting": "hello"})
