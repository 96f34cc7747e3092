"""The nasty month: one line of its README after another."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.local.accounts import messages, of
from tests.local.rehearsed import (
    LOS_ANGELES,
    NEW_YORK,
    SANTIAGO,
    ST_JOHNS,
    at_wall,
    reason_of,
    rehearsed,
    sent_to,
    touch,
    wall,
)
from tests.local.script_truth import EXAMPLES, Json, read_lines


@pytest.fixture
def nasty() -> list[Json]:
    return rehearsed("nasty-month")[1]


def test_a_visit_reported_four_times_has_one_going_home_text(nasty: list[Json]) -> None:
    at, _, _ = touch(nasty, "ses-ada-1.discharge")
    assert wall(at, NEW_YORK) == "2026-03-08 11:05"


def test_a_text_delivered_three_times_is_kept_once(nasty: list[Json]) -> None:
    assert [m["total"] for _, m in of(nasty, "measure") if m["patient_id"] == "pat-ada"] == [7]


def test_events_in_the_wrong_order_end_in_the_right_place(nasty: list[Json]) -> None:
    reminders = [m["body"] for _, _, m in sent_to(nasty, "pat-ben") if m["session_id"] == "ses-ben-2"]
    assert any("Tuesday, March 24 at 11:00 AM" in body for body in reminders)
    assert not any("March 23" in body for body in reminders)


def test_an_older_change_of_number_that_arrives_late_changes_nothing(nasty: list[Json]) -> None:
    changed_at = at_wall("2026-03-09T09:10:00", NEW_YORK)
    numbers = {
        m["to"] for at, channel, m in sent_to(nasty, "pat-ben") if channel == "sms" and at > changed_at
    }
    assert numbers == {"+12025550119"}


def test_a_malformed_event_is_refused_by_its_line_with_a_task_and_its_neighbours_go_on(
    nasty: list[Json],
) -> None:
    script = read_lines(EXAMPLES / "nasty-month.jsonl")
    bad = {
        number: line
        for number, line in enumerate(script, start=1)
        if "event" in line
        and line["event"]["detail"].get("metadata", {"event_id": "bad"})["event_id"].startswith("bad")
    }
    refused = {content["line"]: (at, content["reason"]) for at, content in of(nasty, "refused")}
    assert len(bad) == 13
    assert set(refused) == set(bad)
    tasks = {(at, task["reason"]) for at, task in of(nasty, "task") if task["kind"] == "bad_event"}
    # The bus itself refuses a sender that calls itself AWS: the sender learns it, there is no task.
    of_aws = {n for n, line in bad.items() if line["event"]["source"].startswith("aws.")}
    assert {n for n, said in refused.items() if said in tasks} == set(bad) - of_aws
    assert len(of_aws) == 1


def test_a_visit_for_somebody_who_never_enrols_is_a_task_after_a_day(nasty: list[Json]) -> None:
    (task,) = ((at, t) for at, t in of(nasty, "task") if t["kind"] == "waiting_event")
    came_at = at_wall("2026-03-04T09:00:00", NEW_YORK)
    assert timedelta(hours=24) <= task[0] - came_at <= timedelta(hours=24, minutes=2)
    assert task[1]["patient_id"] == "pat-nobody"


def test_a_reminder_across_the_night_that_springs_forward_waits_for_nine_o_clock(nasty: list[Json]) -> None:
    # 24 hours before Sunday 9:30 in summer time is Saturday 8:30 in winter time.
    at, _, message = touch(nasty, "ses-ada-1.reminder-24h")
    assert "2026-03-07 09:00" <= wall(at, NEW_YORK) <= "2026-03-07 09:12"
    assert "Sunday, March 8 at 9:30 AM" in message["body"]


def test_a_check_in_across_the_night_that_falls_back_keeps_its_24_hours(nasty: list[Json]) -> None:
    # Discharged at 19:50 in summer time: 24 hours later the clocks show 18:50.
    at, _, _ = touch(nasty, "ses-elena-1.day1")
    assert wall(at, SANTIAGO) == "2026-04-05 18:50"


def test_a_patient_in_a_half_hour_zone_is_reminded_on_their_own_clock(nasty: list[Json]) -> None:
    at, _, message = touch(nasty, "ses-dora-1.reminder-24h")
    assert at == datetime(2026, 3, 5, 13, 0, tzinfo=UTC)
    assert wall(at, ST_JOHNS) == "2026-03-05 09:30"
    assert "Friday, March 6 at 9:30 AM" in message["body"]


def test_a_patient_who_comes_home_is_written_to_on_the_clock_of_home(nasty: list[Json]) -> None:
    at, _, _ = touch(nasty, "ses-dora-3.week2")
    assert "2026-03-31 11:00" <= wall(at, NEW_YORK) <= "2026-03-31 11:12"


def test_a_discharge_at_ten_to_eight_is_followed_at_once_and_asked_next_morning(nasty: list[Json]) -> None:
    safety, _, _ = touch(nasty, "ses-carmen-1.discharge")
    evening, _, _ = touch(nasty, "ses-carmen-1.evening")
    assert "2026-03-10 19:50" <= wall(safety, LOS_ANGELES) <= "2026-03-10 19:52"
    assert "2026-03-11 09:00" <= wall(evening, LOS_ANGELES) <= "2026-03-11 09:12"


def test_of_a_back_dated_visit_only_what_is_still_useful_is_sent(nasty: list[Json]) -> None:
    late = ("discharge", "evening", "day1", "day3")
    assert {reason_of(nasty, f"ses-carmen-2.{step}") for step in late} == {"too_late"}
    week, _, _ = touch(nasty, "ses-carmen-2.week1")
    assert wall(week, LOS_ANGELES).startswith("2026-03-20")


def test_a_patient_who_was_told_the_old_time_learns_the_new_one_before_it_comes(nasty: list[Json]) -> None:
    told_at, _, told = touch(nasty, "ses-ada-2.reminder-24h")
    assert "Monday, March 16 at 11:00 AM" in told["body"]
    news = [at for at, _, m in sent_to(nasty, "pat-ada") if "Wednesday, March 18" in m.get("body", "")]
    assert told_at < min(news) < at_wall("2026-03-16T11:00:00", NEW_YORK)


def test_a_move_of_a_visit_that_took_place_is_a_task_and_no_text(nasty: list[Json]) -> None:
    (task,) = (t for _, t in of(nasty, "task") if t["kind"] == "contradicting_event")
    assert task["patient_id"] == "pat-ada"
    assert not any("March 20" in m.get("body", "") for _, _, m in sent_to(nasty, "pat-ada"))


def test_a_consent_withdrawn_between_sweep_and_send_stops_the_text(nasty: list[Json]) -> None:
    due_at = at_wall("2026-03-13T12:00:00", NEW_YORK)
    # Three texts fall due together; the carrier takes one every two seconds, and a STOP is answered at once.
    assert touch(nasty, "ses-finn-1.day1")[0] == due_at
    dropped = {d["touch_id"]: (at, d["reason"]) for at, d in of(nasty, "not_sent")}
    for touch_id, seconds in (("ses-grace-1.day1", 2), ("ses-hugo-1.day1", 2)):
        assert dropped[touch_id] == (due_at + timedelta(seconds=seconds), "consent_withdrawn")


def test_new_consent_after_stop_brings_the_texts_back(nasty: list[Json]) -> None:
    back_at = at_wall("2026-03-20T10:00:00", NEW_YORK)
    kinds = [m["kind"] for at, _, m in sent_to(nasty, "pat-hugo") if at >= back_at]
    assert kinds[0] == "opt_in"
    assert "check_in" in kinds


def test_an_answer_after_stop_never_opts_the_patient_in(nasty: list[Json]) -> None:
    answered_at = at_wall("2026-03-26T18:03:00", NEW_YORK)
    assert not [m for at, _, m in sent_to(nasty, "pat-ben") if at > answered_at]


def test_while_the_carrier_is_down_no_text_leaves_and_afterwards_none_leaves_twice(nasty: list[Json]) -> None:
    down_at, up_at = (at_wall(f"2026-03-17T{hour}:40:00", NEW_YORK) for hour in (14, 16))
    left = [at for at, channel, _ in messages(nasty) if channel == "sms" and down_at < at < up_at]
    assert left == []
    at, _, _ = touch(nasty, "ses-dora-3.discharge")
    assert up_at <= at <= up_at + timedelta(minutes=16)


def test_a_closed_file_is_silent(nasty: list[Json]) -> None:
    closed_at = at_wall("2026-03-18T09:10:00", NEW_YORK)
    assert not [m for at, _, m in sent_to(nasty, "pat-finn") if at > closed_at]
    assert reason_of(nasty, "ses-finn-1.week1") == "closed"


def test_until_a_clinician_signs_the_words_only_sandbox_phones_are_writtensent_to(nasty: list[Json]) -> None:
    assert not list(sent_to(nasty, "pat-iris"))
    assert reason_of(nasty, "ses-iris-1.discharge") == "content_not_signed"
    told = [t["kind"] for _, t in of(nasty, "task") if t["patient_id"] == "pat-iris"]
    assert told == ["tell_in_person"]


def test_a_text_from_a_stranger_waits_for_a_person(nasty: list[Json]) -> None:
    (task,) = (t for _, t in of(nasty, "task") if t["kind"] == "unknown_number")
    assert task["patient_id"] is None
