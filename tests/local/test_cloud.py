"""Deliveries on virtual time, as AWS makes them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest

from infra.local.cloud import Cloud

NINE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def event(detail_type: str = "PatientEnrolled", source: str = "booking", **detail: Any) -> dict[str, Any]:
    return {"source": source, "detail-type": detail_type, "detail": detail or {"name": "Ada"}}


def put_due(cloud: Cloud, key: str, due: datetime) -> None:
    cloud.client("dynamodb").put_item(
        TableName=cloud.resource("Table"),
        Item={
            "pk": {"S": key},
            "sk": {"S": "plan"},
            "due_shard": {"S": "0"},
            "due_at": {"N": str(int(due.timestamp() * 1000))},
        },
    )


def send(cloud: Cloud, body: str, **more: Any) -> None:
    cloud.client("sqs").send_message(QueueUrl=cloud.resource("WorkQueue"), MessageBody=body, **more)


def wakings(toys: ModuleType, cloud: Cloud, name: str, length: timedelta) -> list[datetime]:
    """Run for ``length`` and tell when the handler ``name`` was called."""
    times: list[datetime] = []
    end = cloud.clock.now() + length
    while True:
        before = sum(1 for seen, _ in toys.SEEN if seen == name)
        following = cloud.next_at()
        step = end if following is None or following > end else following
        cloud.run_until(step)
        after = sum(1 for seen, _ in toys.SEEN if seen == name)
        times.extend([cloud.clock.now()] * (after - before))
        if step == end:
            return times


# ---- the bus


def test_a_bus_event_that_matches_wakes_the_function_with_the_event_as_aws_shapes_it(
    cloud: Cloud, toys: ModuleType
) -> None:
    detail = {"name": "Ada", "wording": 'You may "reply" at <time>, <id>'}
    cloud.put_event(event(**detail))
    cloud.run_until(NINE)
    ((name, seen),) = toys.SEEN
    assert name == "hears_bus"
    assert seen["detail"] == detail
    assert seen["time"] == "2026-01-05T09:00:00Z"
    assert set(seen) == {
        *("version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail")
    }


def test_an_event_of_another_type_or_from_aws_itself_wakes_nobody(cloud: Cloud, toys: ModuleType) -> None:
    cloud.put_event(event("SomethingElse"))
    cloud.put_event(event(source="aws.health"))
    cloud.run_until(NINE + MINUTE)
    assert [name for name, _ in toys.SEEN if name == "hears_bus"] == []


def test_a_rule_can_fill_a_queue_and_observers_see_every_event_in_order(cloud: Cloud) -> None:
    seen: list[str] = []
    cloud.on_event(lambda one: seen.append(one["detail-type"]))
    cloud.put_event(event("Copied"))
    cloud.put_event(event("SomethingElse"))
    cloud.run_until(NINE)
    (record,) = cloud.drain("CopyQueue")
    assert json.loads(record["body"])["detail-type"] == "Copied"
    assert seen == ["Copied", "SomethingElse"]


def test_an_event_without_a_source_is_refused_at_once(cloud: Cloud) -> None:
    with pytest.raises(ValueError, match="Source"):
        cloud.put_event(event(source=""))


def test_a_failing_function_is_tried_again_after_one_and_two_minutes_then_given_up(
    cloud: Cloud, toys: ModuleType
) -> None:
    toys.MOODS["hears_bus"] = [RuntimeError("no"), RuntimeError("no"), RuntimeError("still no")]
    cloud.put_event(event())
    assert wakings(toys, cloud, "hears_bus", 10 * MINUTE) == [NINE, NINE + MINUTE, NINE + 3 * MINUTE]
    (given_up,) = cloud.drain("GivenUp")
    record = json.loads(given_up["body"])
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["requestPayload"]["detail"] == {"name": "Ada"}
    assert record["responsePayload"]["errorMessage"] == "still no"


def test_a_function_that_recovers_gives_nothing_up(cloud: Cloud, toys: ModuleType) -> None:
    toys.MOODS["hears_bus"] = [RuntimeError("no")]
    cloud.put_event(event())
    assert wakings(toys, cloud, "hears_bus", 10 * MINUTE) == [NINE, NINE + MINUTE]
    assert cloud.queue_depth("GivenUp") == 0
    assert [failure.error for failure in cloud.failures] == ["RuntimeError: no"]


def test_an_event_that_nobody_keeps_is_shown_as_lost(cloud: Cloud, toys: ModuleType) -> None:
    toys.MOODS["hears_bus"] = [RuntimeError("no")]
    cloud.put_event(event("Rare"))
    cloud.run_until(NINE + 10 * MINUTE)
    ((function, lost),) = cloud.lost
    assert (function, lost["detail-type"]) == ("Forgets", "Rare")


# ---- queues


def test_a_message_comes_in_a_batch_with_its_attributes(cloud: Cloud, toys: ModuleType) -> None:
    send(cloud, "one", MessageAttributes={"reason": {"DataType": "String", "StringValue": "late"}})
    send(cloud, "two")
    cloud.run_until(NINE)
    ((_, batch),) = toys.SEEN
    first, second = batch["Records"]
    assert (first["body"], second["body"]) == ("one", "two")
    assert first["messageAttributes"]["reason"]["stringValue"] == "late"
    assert first["attributes"]["ApproximateReceiveCount"] == "1"
    assert first["attributes"]["SentTimestamp"] == str(int(NINE.timestamp() * 1000))
    assert first["eventSourceARN"].startswith("arn:aws:sqs:us-east-1:123456789012:")
    assert cloud.queue_depth("WorkQueue") == 0


def test_a_batch_holds_ten_messages_at_most(cloud: Cloud, toys: ModuleType) -> None:
    for number in range(23):
        send(cloud, str(number))
    cloud.run_until(NINE)
    assert [len(batch["Records"]) for _, batch in toys.SEEN] == [10, 10, 3]


def test_a_delayed_message_arrives_when_its_delay_is_over(cloud: Cloud, toys: ModuleType) -> None:
    send(cloud, "later", DelaySeconds=90)
    cloud.run_until(NINE + 89 * SECOND)
    assert toys.SEEN == []
    cloud.run_until(NINE + 90 * SECOND)
    assert len(toys.SEEN) == 1


def test_a_batch_that_fails_comes_back_after_the_visibility_timeout(cloud: Cloud, toys: ModuleType) -> None:
    toys.MOODS["works"] = [RuntimeError("no")]
    send(cloud, "one")
    cloud.run_until(NINE + 180 * SECOND)
    assert len(toys.SEEN) == 1
    cloud.run_until(NINE + 181 * SECOND)
    assert toys.SEEN[1][1]["Records"][0]["attributes"]["ApproximateReceiveCount"] == "2"
    assert cloud.queue_depth("WorkQueue") == 0


def test_a_message_that_keeps_failing_ends_in_the_dead_letter_queue(cloud: Cloud, toys: ModuleType) -> None:
    toys.MOODS["works"] = [RuntimeError("no")] * 9
    send(cloud, "poison")
    cloud.run_until(NINE + 60 * MINUTE)
    assert len(toys.SEEN) == 3
    assert cloud.queue_depth("WorkQueue") == 0
    assert [record["body"] for record in cloud.drain("WorkDeadLetters")] == ["poison"]
    assert cloud.queue_depth("WorkDeadLetters") == 0


def test_only_the_messages_listed_as_failed_come_back(
    cloud: Cloud, toys: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def second_failed(batch: dict[str, Any]) -> dict[str, Any]:
        return {"batchItemFailures": [{"itemIdentifier": batch["Records"][1]["messageId"]}]}

    answers: list[Callable[[dict[str, Any]], Any]] = [second_failed]

    def answering(name: str, batch: Any) -> Any:
        toys.SEEN.append((name, batch))
        return answers.pop()(batch) if answers else None

    monkeypatch.setattr(toys, "_noted", answering)
    for body in ("one", "two", "three"):
        send(cloud, body)
    cloud.run_until(NINE + 10 * MINUTE)
    assert [[r["body"] for r in batch["Records"]] for _, batch in toys.SEEN] == [
        ["one", "two", "three"],
        ["two"],
    ]


@pytest.mark.parametrize(
    "answer",
    [
        {"batchItemFailures": [{"itemIdentifier": "somebody-elses"}]},
        {"batchItemFailures": [{"itemIdentifier": ""}]},
        {"batchItemFailures": [{"itemIdentifier": None}]},
        {"batchItemFailures": [{"wrongKey": "x"}]},
    ],
)
def test_an_answer_that_lists_no_message_of_the_batch_fails_the_whole_batch(
    cloud: Cloud, toys: ModuleType, answer: dict[str, Any]
) -> None:
    toys.MOODS["works"] = [answer]
    send(cloud, "one")
    send(cloud, "two")
    cloud.run_until(NINE + 10 * MINUTE)
    assert [len(batch["Records"]) for _, batch in toys.SEEN] == [2, 2]


def test_a_published_text_reaches_the_queue_in_its_envelope_with_the_virtual_time(
    cloud: Cloud, toys: ModuleType
) -> None:
    cloud.run_until(NINE + 90 * SECOND)
    cloud.publish("Texts", {"messageBody": "STOP"})
    cloud.run_until(NINE + 90 * SECOND)
    bodies = [json.loads(batch["Records"][0]["body"]) for name, batch in toys.SEEN if name == "works"]
    assert [json.loads(body["Message"]) for body in bodies] == [{"messageBody": "STOP"}]
    assert bodies[0]["Timestamp"] == "2026-01-05T09:01:30.000Z"
    assert bodies[0]["TopicArn"] == cloud.resource("Texts")


def test_a_dead_letter_is_gone_when_its_retention_is_over(cloud: Cloud) -> None:
    cloud.client("sqs").send_message(QueueUrl=cloud.resource("WorkDeadLetters"), MessageBody="old")
    cloud.run_until(NINE + timedelta(days=13))
    assert cloud.queue_depth("WorkDeadLetters") == 1
    cloud.run_until(NINE + timedelta(days=15))
    assert cloud.queue_depth("WorkDeadLetters") == 0


# ---- schedules


def test_the_sweep_is_woken_at_the_first_whole_minute_at_which_something_is_due(
    cloud: Cloud, toys: ModuleType
) -> None:
    put_due(cloud, "a", NINE + timedelta(hours=5, seconds=30))
    put_due(cloud, "b", NINE + timedelta(days=3))
    cloud.run_until(NINE + timedelta(hours=12))
    times = [e["time"] for name, e in toys.SEEN if name == "sweeps"]
    assert times == ["2026-01-05T14:01:00Z"]


def test_the_sweep_is_woken_every_minute_while_something_stays_due(cloud: Cloud, toys: ModuleType) -> None:
    put_due(cloud, "a", NINE)
    toys.MOODS["sweeps"] = [RuntimeError("no")] * 3
    cloud.run_until(NINE + timedelta(hours=1))
    times = [e["time"][11:16] for name, e in toys.SEEN if name == "sweeps"]
    assert times == ["09:00", "09:01", "09:02", "09:03"]


def test_the_sweep_is_woken_once_a_day_though_nothing_is_due(cloud: Cloud, toys: ModuleType) -> None:
    cloud.run_until(NINE + timedelta(days=30))
    assert len([1 for name, _ in toys.SEEN if name == "sweeps"]) == 30


def test_nothing_is_to_come_while_nothing_is_due(cloud: Cloud) -> None:
    assert cloud.next_at() is None
    put_due(cloud, "a", NINE + timedelta(days=2, seconds=1))
    cloud.run_until(NINE)
    assert cloud.next_at() == NINE + timedelta(days=2, minutes=1)


def test_a_nightly_schedule_fires_once_a_night(
    cloud: Cloud, toys: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[datetime] = []
    monkeypatch.setattr(toys, "tells", lambda woken_by, context: calls.append(cloud.clock.now()))
    cloud.run_until(NINE + timedelta(days=3))
    assert calls == [datetime(2026, 1, day, 4, 30, tzinfo=UTC) for day in (6, 7, 8)]


def test_what_the_script_says_happens_in_its_order_and_before_everything_else(
    cloud: Cloud, toys: ModuleType
) -> None:
    order: list[str] = []
    cloud.at(NINE + 2 * MINUTE, lambda: order.append("second"))
    cloud.at(NINE + MINUTE, lambda: order.append("first"))
    put_due(cloud, "a", NINE + 2 * MINUTE)
    cloud.at(NINE + 2 * MINUTE, lambda: order.append(f"third, {len(toys.SEEN)} seen"))
    cloud.run_until(NINE + 3 * MINUTE)
    assert order == ["first", "second", "third, 1 seen"]
