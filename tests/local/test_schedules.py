"""When a schedule fires, as EventBridge reads its expression."""

from datetime import UTC, datetime, timedelta

import pytest

from infra.local.schedules import DueIndex, Timetable
from infra.local.template_reader import TemplateNotSupported

MONDAY_NINE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def firings(expression: str, count: int) -> list[str]:
    table, now, found = Timetable("Odd", expression, MONDAY_NINE), MONDAY_NINE, []
    for _ in range(count):
        now = table.next_at(now)
        table.fired(now)
        found.append(now.strftime("%a %d %H:%M"))
    return found


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("rate(1 minute)", ["Mon 05 09:00", "Mon 05 09:01", "Mon 05 09:02"]),
        ("rate(6 hours)", ["Mon 05 09:00", "Mon 05 15:00", "Mon 05 21:00"]),
        ("cron(30 4 * * ? *)", ["Tue 06 04:30", "Wed 07 04:30", "Thu 08 04:30"]),
        ("cron(0/30 9 ? * MON-FRI *)", ["Mon 05 09:00", "Mon 05 09:30", "Tue 06 09:00"]),
        ("cron(0 8 1,15 * ? 2026)", ["Thu 15 08:00", "Sun 01 08:00", "Sun 15 08:00"]),
        ("cron(0 7 ? * 1 *)", ["Sun 11 07:00", "Sun 18 07:00", "Sun 25 07:00"]),
    ],
)
def test_a_schedule_fires_when_eventbridge_would(expression: str, expected: list[str]) -> None:
    assert firings(expression, len(expected)) == expected


@pytest.mark.parametrize(
    "expression", ["at(2026-01-01T00:00:00)", "rate(soon)", "cron(0 9 * *)", "cron(61 9 * * ? *)"]
)
def test_a_schedule_that_cannot_be_read_is_refused_by_its_name(expression: str) -> None:
    with pytest.raises(TemplateNotSupported, match="Odd"):
        Timetable("Odd", expression, MONDAY_NINE)


def test_the_earliest_due_instant_follows_what_is_written_moved_and_taken_away() -> None:
    index = DueIndex()

    def write(key: str, due: datetime | None) -> None:
        image = {"due_at": {"N": str(int(due.timestamp() * 1000))}} if due else {}
        index.note([{"dynamodb": {"Keys": {"pk": {"S": key}}, "NewImage": image}}])

    hour = timedelta(hours=1)
    write("ada", MONDAY_NINE + 2 * hour)
    write("ben", MONDAY_NINE + 3 * hour)
    assert index.earliest() == MONDAY_NINE + 2 * hour
    write("ada", MONDAY_NINE + 4 * hour)
    assert index.earliest() == MONDAY_NINE + 3 * hour
    write("ben", None)
    assert index.earliest() == MONDAY_NINE + 4 * hour
    index.note([{"dynamodb": {"Keys": {"pk": {"S": "ada"}}}}])
    assert index.earliest() is None


def test_what_only_repeats_itself_is_due_but_keeps_no_run_going() -> None:
    index = DueIndex(endless=lambda image: "again" in image)

    def write(key: str, due: datetime, **more: object) -> None:
        image = {"due_at": {"N": str(int(due.timestamp() * 1000))}, **more}
        index.note([{"dynamodb": {"Keys": {"pk": {"S": key}}, "NewImage": image}}])

    hour = timedelta(hours=1)
    write("ada", MONDAY_NINE + hour, again=True)
    assert (index.earliest(), index.earliest(endless=False)) == (MONDAY_NINE + hour, None)
    write("ben", MONDAY_NINE + 5 * hour)
    assert index.earliest(endless=False) == MONDAY_NINE + hour
    index.note([{"dynamodb": {"Keys": {"pk": {"S": "ben"}}}}])
    write("ada", MONDAY_NINE + 2 * hour)
    assert index.earliest(endless=False) == MONDAY_NINE + 2 * hour
