"""Drafts of forms beside their links: read in one call, never overwritten, locked together with a task."""

from datetime import timedelta
from typing import Any

import pytest

from aftercare.adapters.dynamodb_drafts import DynamoDbDrafts
from aftercare.adapters.dynamodb_tasks import DynamoDbLinks
from aftercare.domain.draft import Draft
from aftercare.domain.errors import Conflict
from aftercare.domain.ids import TouchId
from aftercare.domain.records import Link, Task, TaskKind
from tests.adapters.table_lanes import NOON, TABLE
from tests.building import ADA, HUDSON

LINK = Link("ab12", HUDSON, ADA, TouchId("ses-1.form"), "form:phq-9", NOON + timedelta(days=4), NOON)
FULL = Draft(
    "ab12",
    tries=2,
    locked_at=NOON,
    holder="hash",
    seen_at=NOON,
    language="es",
    answers={"phq9_1": 0, "side_effects": "AC", "side_effects_text": ""},
    skipped=frozenset({"phq9_2"}),
    told={"phq9_9": "12345678"},
    sent_at=NOON,
    urgent=True,
)


@pytest.fixture
def drafts(client: Any) -> DynamoDbDrafts:
    DynamoDbLinks(client, TABLE).keep([LINK])
    return DynamoDbDrafts(client, TABLE)


def test_a_link_nobody_gave_a_birth_date_on_has_an_empty_draft(drafts: DynamoDbDrafts) -> None:
    assert drafts.find("ab12") == (LINK, Draft("ab12"))
    assert drafts.find("nobody") is None


@pytest.mark.parametrize("draft", [Draft("ab12"), FULL], ids=["empty", "full"])
def test_a_draft_comes_back_as_it_was_saved(drafts: DynamoDbDrafts, draft: Draft) -> None:
    saved = drafts.save(draft, LINK, write_id="w1")
    assert saved.version == 1
    assert drafts.find("ab12") == (LINK, saved)


def test_the_second_of_two_writers_reads_again(drafts: DynamoDbDrafts) -> None:
    saved = drafts.save(Draft("ab12"), LINK, write_id="w1")
    drafts.save(saved, LINK, write_id="w2")
    for stale in (Draft("ab12"), saved):
        with pytest.raises(Conflict):
            drafts.save(stale, LINK, write_id="w3")


def test_a_write_whose_answer_was_lost_is_known_again(drafts: DynamoDbDrafts) -> None:
    drafts.save(Draft("ab12"), LINK, write_id="w1")
    assert drafts.save(Draft("ab12"), LINK, write_id="w1").version == 1


def test_the_lock_and_its_task_are_one_write(drafts: DynamoDbDrafts, client: Any) -> None:
    task = Task("form_locked.t", HUDSON, ADA, TaskKind.FORM_LOCKED, "call", NOON)
    key = {"pk": {"S": HUDSON}, "sk": {"S": "TASK#form_locked.t"}}
    drafts.save(Draft("ab12"), LINK, write_id="w1")
    with pytest.raises(Conflict):
        drafts.save(Draft("ab12", tries=5), LINK, write_id="w2", task=task)
    assert "Item" not in client.get_item(TableName=TABLE, Key=key)
    drafts.save(Draft("ab12", tries=5, version=1), LINK, write_id="w3", task=task)
    assert "Item" in client.get_item(TableName=TABLE, Key=key)


def test_a_draft_outlives_its_link(drafts: DynamoDbDrafts, client: Any) -> None:
    """Without it, a link that expiry has not deleted yet would have all its tries again."""
    drafts.save(FULL, LINK, write_id="w1")
    rows = client.query(
        TableName=TABLE,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "~link#ab12"}},
    )["Items"]
    ends = {row["sk"]["S"]: int(row["expires_at"]["N"]) for row in rows}
    assert ends["DRAFT"] > ends["LINK"]
