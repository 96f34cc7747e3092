"""The board: what is open, worst first, a page at a time, and never another clinic's."""

import base64
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aftercare.adapters.dynamodb_alerts import DynamoDbAlerts
from aftercare.adapters.dynamodb_board import DynamoDbBoard
from aftercare.adapters.dynamodb_followups import DynamoDbFollowups
from aftercare.adapters.dynamodb_tasks import DynamoDbTasks
from aftercare.adapters.slices import cursor_at
from aftercare.domain.alert import Alert, acknowledged, resolved
from aftercare.domain.consent import Channel
from aftercare.domain.errors import BadInput
from aftercare.domain.ids import NO_ONE, AlertId, ClinicId, PatientId
from aftercare.domain.patient import Patient
from aftercare.domain.records import Page, Reply, Task, TaskKind
from aftercare.domain.tier import Tier
from tests.adapters.table_lanes import TABLE
from tests.building import ADA, ADAS_PHONE, BEN, HUDSON, NOON, utc

OTHER = ClinicId("harbor")
MINUTE = timedelta(minutes=1)
BIRTH = utc("1990-01-31 00:00").date()


@pytest.fixture
def board(client: Any) -> DynamoDbBoard:
    return DynamoDbBoard(client, TABLE)


def an_alert(number: int, tier: Tier = Tier.RED, clinic: ClinicId = HUDSON) -> Alert:
    name = AlertId(f"{ADA}.alert.{number}")
    return Alert(name, clinic, ADA, tier, "suicide", NOON + number * MINUTE)


def a_task(number: int, kind: TaskKind = TaskKind.UNREAD_REPLY, clinic: ClinicId = HUDSON) -> Task:
    return Task(f"{kind.value}.in-{number}", clinic, ADA, kind, "Read it.", NOON + number * MINUTE)


def keep(client: Any, *alerts: Alert) -> list[Alert]:
    return [DynamoDbAlerts(client, TABLE).save(one, None, write_id=f"w-{one.id}") for one in alerts]


def open_all(client: Any, *tasks: Task) -> None:
    for task in tasks:
        DynamoDbTasks(client, TABLE).open(task)


def names(rows: Sequence[Alert | Task]) -> list[str]:
    return [row.id for row in rows]


def test_red_stands_before_amber_and_both_before_tasks_the_oldest_first(
    client: Any, board: DynamoDbBoard
) -> None:
    late, amber, early = an_alert(5), an_alert(1, Tier.AMBER), an_alert(2)
    keep(client, late, amber, early)
    other, reply, call = (
        a_task(1, TaskKind.BAD_EVENT),
        a_task(3),
        a_task(9, TaskKind.CALL_PATIENT),
    )
    open_all(client, other, reply, call)
    found = board.open(HUDSON, limit=50)
    assert names(found.rows) == names([early, late, amber, call, reply, other])
    assert found.more is None


def test_every_row_comes_once_however_small_the_pages(client: Any, board: DynamoDbBoard) -> None:
    keep(client, *(an_alert(n) for n in range(4)))
    open_all(client, *(a_task(n) for n in range(5)))
    whole = names(board.open(HUDSON, limit=50).rows)
    assert len(whole) == 9
    for size in (1, 2, 3, 9):
        seen, after, pages = list[str](), None, 0
        while True:
            page = board.open(HUDSON, limit=size, after=after)
            seen, after, pages = seen + names(page.rows), page.more, pages + 1
            if after is None:
                break
        assert seen == whole
        assert pages == -(-9 // size)


def test_an_acknowledged_alert_stays_open_and_a_resolved_one_moves(client: Any, board: DynamoDbBoard) -> None:
    first, second = keep(client, an_alert(1), an_alert(2))
    keep(client, acknowledged(first, "Ben", NOON), resolved(second, "Ben", "reached", "Fine.", NOON))
    assert names(board.open(HUDSON, limit=9).rows) == [first.id]
    assert names(board.resolved(HUDSON, limit=9).rows) == [second.id]


def test_the_latest_resolved_stands_first_and_pages_follow(client: Any, board: DynamoDbBoard) -> None:
    ended = [
        resolved(one, "Ben", "reached", "Fine.", NOON + n * MINUTE)
        for n, one in enumerate(keep(client, *(an_alert(n) for n in range(5))))
    ]
    keep(client, *ended)
    first = board.resolved(HUDSON, limit=3)
    second = board.resolved(HUDSON, limit=3, after=first.more)
    assert names([*first.rows, *second.rows]) == names(list(reversed(ended)))
    assert second.more is None


def test_a_closed_task_leaves_the_board_and_no_repeated_opening_brings_it_back(
    client: Any, board: DynamoDbBoard
) -> None:
    tasks, task = DynamoDbTasks(client, TABLE), a_task(1)
    tasks.open(task)
    tasks.open(replace(task, reason="Again.", opened_at=NOON + 9 * MINUTE))
    assert board.open(HUDSON, limit=9).rows == (task,)
    tasks.close(task, "Done.", NOON)
    tasks.open(task)
    assert board.open(HUDSON, limit=9).rows == ()
    assert board.task(HUDSON, task.id) == task
    assert board.task(OTHER, task.id) is None


def test_the_patients_own_item_and_the_messages_never_stand_on_the_board(
    client: Any, store: DynamoDbFollowups
) -> None:
    reply = Reply("in-1", NOON, ADAS_PHONE, "hello", "unread")
    ada = Patient(ADA, "Ada", BIRTH, "en", "UTC", "US", accepts_unencrypted=True)
    store.record([((HUDSON, ADA), reply), ((HUDSON, ADA), ada)])
    sks = ("REPLY#in-1", "PATIENT")
    for sk in sks:
        key = {"pk": {"S": "hudson#pat-ada"}, "sk": {"S": sk}}
        assert not {"board", "board_key"} & client.get_item(TableName=TABLE, Key=key)["Item"].keys()


def test_calls_are_read_from_an_instant_on_the_latest_first(client: Any, board: DynamoDbBoard) -> None:
    alerts = DynamoDbAlerts(client, TABLE)
    calls = [Page(an_alert(1).id, step, 0, Channel.SMS, NOON + step * MINUTE) for step in (0, 5, 10)]
    for call in calls:
        alerts.claim(HUDSON, call, write_id=f"w-{call.step}")
    alerts.note(HUDSON, calls[2], accepted=True)
    last = replace(calls[2], accepted=True)
    assert list(board.pages(HUDSON, NOON, limit=9)) == [last, calls[1], calls[0]]
    assert list(board.pages(HUDSON, NOON + MINUTE, limit=1)) == [last]
    assert list(board.pages(OTHER, NOON, limit=9)) == []


def test_faces_and_words_come_together_and_strays_with_them(client: Any, board: DynamoDbBoard) -> None:
    store = DynamoDbFollowups(client, TABLE)
    ada = Patient(ADA, "Ada", BIRTH, "en", "America/New_York", "US", accepts_unencrypted=True)
    reply = Reply("in-1", NOON, ADAS_PHONE, "hello", "unread")
    store.record([((HUDSON, ADA), ada), ((HUDSON, ADA), reply)])
    stray = Task("unknown_number.in-2", HUDSON, None, TaskKind.UNKNOWN_NUMBER, "Read it.", NOON)
    DynamoDbTasks(client, TABLE).keep_stray(HUDSON, "in-2", NOON, "+12025550199", "who is this", stray)
    asked = ([ADA, BEN], [(ADA, "in-1"), (NO_ONE, "in-2"), (BEN, "in-1")])
    who, said = board.faces(HUDSON, *asked)
    assert who == {ADA: ada}
    assert said["in-1"] == reply
    assert (said["in-2"].body, said["in-2"].sender) == ("who is this", "+12025550199")
    assert board.faces(OTHER, *asked) == ({}, {})


def test_one_clinic_never_sees_what_is_open_at_another(client: Any, board: DynamoDbBoard) -> None:
    keep(client, an_alert(1, clinic=OTHER))
    open_all(client, a_task(1, clinic=OTHER))
    assert board.open(HUDSON, limit=9).rows == ()
    assert len(board.open(OTHER, limit=9).rows) == 2


PLACE = "0#1795539600000#pat-ada.alert.1"
MADE_UP = base64.urlsafe_b64encode(b"123456" + PLACE.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "after",
    [
        "",
        "=",
        "x",
        "not a cursor",
        "x" * 5000,
        "é",
        "\ud800",
        MADE_UP,
        cursor_at(OTHER, "open", PLACE),
        cursor_at(HUDSON, "resolved", PLACE),
        cursor_at(HUDSON, "open", PLACE) + "A",
        cursor_at(HUDSON, "open", PLACE) + "==",
        cursor_at(HUDSON, "open", PLACE)[1:],
    ],
)
def test_a_cursor_that_is_cut_made_up_or_of_another_list_is_refused(board: DynamoDbBoard, after: str) -> None:
    with pytest.raises(BadInput) as refused:
        board.open(HUDSON, limit=9, after=after)
    assert refused.value.field == "after"


def test_a_cursor_goes_on_though_the_row_it_stood_at_is_gone(client: Any, board: DynamoDbBoard) -> None:
    open_all(client, *(a_task(n) for n in range(3)))
    first = board.open(HUDSON, limit=1)
    (gone,) = first.rows
    assert isinstance(gone, Task)
    DynamoDbTasks(client, TABLE).close(gone, "Done.", NOON)
    assert names(board.open(HUDSON, limit=9, after=first.more).rows) == names([a_task(1), a_task(2)])


def test_a_patient_whose_name_is_a_lists_name_is_still_only_a_patient(
    client: Any, board: DynamoDbBoard
) -> None:
    odd = PatientId("open")
    keep(client, replace(an_alert(1), id=AlertId("open.alert.1"), patient_id=odd))
    assert names(board.open(HUDSON, limit=9).rows) == ["open.alert.1"]
