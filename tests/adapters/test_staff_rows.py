"""Tasks, strays, parked events and secret links."""

from typing import Any

import pytest

from aftercare.adapters.dynamodb_tasks import DynamoDbLinks, DynamoDbTasks
from aftercare.domain.errors import TryAgain
from aftercare.domain.ids import TouchId
from aftercare.domain.records import Link, Task, TaskKind
from tests.adapters.followup_rows import rows
from tests.adapters.table_lanes import TABLE
from tests.building import ADA, ADAS_PHONE, HUDSON, NOON


def read(client: Any, pk: str, sk: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get_item(TableName=TABLE, Key={"pk": {"S": pk}, "sk": {"S": sk}})["Item"]
    return found


@pytest.fixture
def tasks(client: Any) -> DynamoDbTasks:
    return DynamoDbTasks(client, TABLE)


def a_task(reason: str = "Read it.") -> Task:
    return Task("unknown_number.sms-1", HUDSON, None, TaskKind.UNKNOWN_NUMBER, reason, NOON)


def test_a_stray_text_is_kept_whole_with_one_open_task(tasks: DynamoDbTasks, client: Any) -> None:
    tasks.keep_stray(HUDSON, "sms-1", NOON, ADAS_PHONE, "is this Dora? 🙂", a_task())
    tasks.keep_stray(HUDSON, "sms-1", NOON, ADAS_PHONE, "is this Dora? 🙂", a_task("Read it again."))
    assert rows(client, "hudson") == ["STRAY#sms-1", "TASK#unknown_number.sms-1"]
    assert read(client, "hudson", "STRAY#sms-1")["body"] == {"S": "is this Dora? 🙂"}
    task = read(client, "hudson", "TASK#unknown_number.sms-1")
    assert (task["reason"], task["state"]) == ({"S": "Read it."}, {"S": "open"})
    assert "due_at" not in task


def test_a_task_that_staff_closed_stays_closed(tasks: DynamoDbTasks, client: Any) -> None:
    tasks.keep_stray(HUDSON, "sms-1", NOON, ADAS_PHONE, "hello", a_task())
    client.update_item(
        TableName=TABLE,
        Key={"pk": {"S": "hudson"}, "sk": {"S": "TASK#unknown_number.sms-1"}},
        UpdateExpression="SET #state = :done",
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues={":done": {"S": "done"}},
    )
    tasks.keep_stray(HUDSON, "sms-1", NOON, ADAS_PHONE, "hello", a_task())
    assert read(client, "hudson", "TASK#unknown_number.sms-1")["state"] == {"S": "done"}


def test_a_text_without_words_is_kept_too(tasks: DynamoDbTasks, client: Any) -> None:
    tasks.keep_stray(HUDSON, "sms-1", NOON, ADAS_PHONE, "", a_task())
    assert read(client, "hudson", "STRAY#sms-1")["body"] == {"S": ""}


def test_a_parked_event_is_kept_whole_with_its_reason(tasks: DynamoDbTasks, client: Any) -> None:
    task = Task("bad_event.e1", HUDSON, None, TaskKind.BAD_EVENT, "phone: allowed", NOON)
    tasks.keep_parked(HUDSON, "e1", NOON, '{"detail": {}}', "phone: found 7", task)
    assert rows(client, "hudson") == ["PARKED#e1", "TASK#bad_event.e1"]
    parked = read(client, "hudson", "PARKED#e1")
    assert (parked["event"], parked["reason"]) == ({"S": '{"detail": {}}'}, {"S": "phone: found 7"})


def test_the_links_of_a_batch_are_stored_together(client: Any) -> None:
    links = [Link(f"h{n:02d}", HUDSON, ADA, TouchId(f"t{n}"), "form:phq-9", NOON) for n in range(30)]
    DynamoDbLinks(client, TABLE).keep(links)
    assert all(read(client, f"~link#h{n:02d}", "LINK") for n in range(30))


def test_links_that_the_table_left_unwritten_are_not_taken_for_stored() -> None:
    class Busy:
        def batch_write_item(self, RequestItems: Any) -> Any:  # noqa: N803  boto3's own name
            return {"UnprocessedItems": RequestItems}

    link = Link("ab12", HUDSON, ADA, TouchId("ses-1.week2"), "form:phq-9", NOON)
    with pytest.raises(TryAgain):
        DynamoDbLinks(Busy(), TABLE).keep([link, link])


def test_a_link_is_found_by_its_hash_and_expires_in_seconds(client: Any) -> None:
    link = Link("ab12", HUDSON, ADA, TouchId("ses-1.week2"), "form:phq-9", NOON)
    DynamoDbLinks(client, TABLE).keep([link])
    found = read(client, "~link#ab12", "LINK")
    assert found["expires_at"] == {"N": str(int(NOON.timestamp()))}
    assert (found["patient"], found["touch"]) == ({"S": "pat-ada"}, {"S": "ses-1.week2"})
    assert (found["clinic"], found["opens"]) == ({"S": "hudson"}, {"S": "form:phq-9"})
