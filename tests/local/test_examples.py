"""The two months among the examples, held against what they say happened; and the ordinary month, read."""

import tomllib
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from aftercare.domain.alert import DISPOSITIONS
from tests.local.accounts import CHECKS, Check, messages, of
from tests.local.rehearsed import CHICAGO, at_wall, reason_of, rehearsed, sent_to
from tests.local.script_truth import EXAMPLES, Json, instant, read_lines

SCRIPTS = ("ordinary-month", "nasty-month")


@pytest.fixture
def ordinary() -> list[Json]:
    return rehearsed("ordinary-month")[1]


# ---- what holds for every script


@pytest.mark.parametrize("name", SCRIPTS)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_promise_holds(name: str, check: Check) -> None:
    truth, output = rehearsed(name)
    assert list(check(truth, output)) == []


def _plant(output: Sequence[Json], kind: str, **more: object) -> list[Json]:
    """Return the output with one invented message of ``kind`` to Ben, at a decent hour unless told."""
    at = more.pop("at", "2026-12-28T18:00:00Z")
    message = {
        "to": "+12025550111",
        "from": "+12025550199",
        "body": "Riverside Clinic: Hello.",
        "touch_id": "planted",
        "patient_id": "pat-ben",
        "session_id": "ses-ben-1",
        "kind": kind,
        "segments": 1,
        "encoding": "GSM-7",
        **more,
    }
    return sorted([*output, {"at": at, "sms": message}], key=lambda line: instant(str(line["at"])))


def _without_the_first(output: Sequence[Json], kind: str) -> list[Json]:
    gone = next(n for n, line in enumerate(output) if kind in line and line[kind]["session_id"])
    return [line for n, line in enumerate(output) if n != gone]


def _again(output: Sequence[Json]) -> list[Json]:
    (sent, *_) = (line for line in output if "sms" in line)
    return sorted([*output, sent], key=lambda line: instant(line["at"]))


FAULTS: dict[str, Callable[[Sequence[Json]], list[Json]]] = {
    "no_message_without_a_live_consent": lambda o: _plant(o, "check_in"),
    "only_to_the_patients_own_address": lambda o: _plant(o, "help", to="+12025550110"),
    "nothing_at_an_indecent_hour": lambda o: _plant(o, "check_in", at="2026-11-20T02:00:00Z"),
    "nothing_twice": _again,
    "one_confirmation_and_then_silence_after_stop": lambda o: _plant(o, "opt_out", session_id=None),
    "every_due_touch_is_sent_or_has_a_reason": lambda o: _without_the_first(o, "not_sent"),
    "nothing_that_no_session_asked_for": lambda o: _plant(o, "safety", session_id="ses-zoe-1"),
    "no_more_texts_than_promised": lambda o: _plant(
        _plant(_plant(o, "check_in"), "check_in", at="2026-12-28T19:00:00Z"), "check_in"
    ),
    "nothing_telling_on_a_locked_screen": lambda o: _plant(o, "help", body="Your ketamine visit"),
    "every_line_has_its_fixed_fields": lambda o: [*o, *_plant([], "help", page=1)],
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_each_check_notices_a_planted_fault(check: Check) -> None:
    truth, output = rehearsed("ordinary-month")
    assert list(check(truth, FAULTS[check.__name__](output)))


# ---- the ordinary month


def test_carmen_reads_spanish_and_nobody_else_does(ordinary: list[Json]) -> None:
    spoken = {m["patient_id"] for _, c, m in messages(ordinary) if c == "sms" and "Llame al 988" in m["body"]}
    assert spoken == {"pat-carmen"}


def test_dora_who_agreed_to_mail_only_gets_no_text(ordinary: list[Json]) -> None:
    assert {channel for _, channel, _ in sent_to(ordinary, "pat-dora")} == {"email"}


def test_a_visit_that_moves_before_any_reminder_is_announced_once_with_its_new_day(
    ordinary: list[Json],
) -> None:
    told = [m["body"] for _, _, m in sent_to(ordinary, "pat-ben") if m["kind"] == "reminder"]
    assert len(told) == 2
    assert all("Thursday, November 12 at 3:00 PM" in body for body in told)


def test_a_cancelled_visit_has_no_reminder_the_day_before(ordinary: list[Json]) -> None:
    assert reason_of(ordinary, "ses-carmen-3.reminder-24h") == "session_cancelled"


def test_help_is_answered_within_a_minute(ordinary: list[Json]) -> None:
    (answered_at,) = (at for at, _, m in sent_to(ordinary, "pat-ben") if m["kind"] == "help")
    asked_at = at_wall("2026-11-13T17:02:10", CHICAGO)
    assert timedelta() <= answered_at - asked_at <= timedelta(minutes=1)


def test_a_number_sent_back_is_kept_as_the_mood_of_that_patient(ordinary: list[Json]) -> None:
    kept = [(m["patient_id"], m["total"]) for _, m in of(ordinary, "measure") if m["complete"]]
    assert [total for patient_id, total in kept if patient_id == "pat-ada"] == [4, 5, 6, 8, 7]


def test_words_that_are_no_answer_wait_for_a_person(ordinary: list[Json]) -> None:
    (task,) = (t for _, t in of(ordinary, "task") if t["kind"] == "unread_reply")
    assert task["patient_id"] == "pat-ada"


def test_education_is_never_repeated_to_the_same_person(ordinary: list[Json]) -> None:
    notes = [
        m["text"].split("/u/")[0] for _, _, m in sent_to(ordinary, "pat-ada") if m["kind"] == "education"
    ]
    assert len(notes) == 5
    assert len(set(notes)) == 5


# ---- what ships


def test_no_event_of_the_examples_names_a_real_number() -> None:
    # 555-0100 to 555-0199 are set aside for stories (North American Numbering Plan).
    for path in EXAMPLES.iterdir():
        text = path.read_text(encoding="utf-8")
        assert text.count("+1") == text.count("+120255501"), path.name


def test_how_each_alert_of_the_examples_ends_is_told_by_a_code_and_never_as_other() -> None:
    lines = [line for path in EXAMPLES.glob("*.jsonl") for line in read_lines(path)]
    ends = {line["staff"].get("disposition") for line in lines if "staff" in line} - {None, ""}
    assert {"safety_plan", "emergency_services"} <= ends
    assert ends <= DISPOSITIONS - {"other"}


def test_at_every_hour_four_people_are_on_duty_and_each_can_be_texted_and_mailed() -> None:
    rota = tomllib.loads((EXAMPLES / "clinic.toml").read_text(encoding="utf-8"))["on_call"]
    assert all("phone" in person and "email" in person for person in rota)
    for hour in range(24):
        at = f"{hour:02d}:00"
        assert sum(_on_duty(person, at) for person in rota) >= 4, at


def _on_duty(person: Json, at: str) -> bool:
    since, until = person.get("from", "00:00"), person.get("until", "24:00")
    return since <= at < until if since < until else at >= since or at < until


def test_every_example_is_named_in_its_readme() -> None:
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    shipped: list[Path] = [path for path in EXAMPLES.iterdir() if path.name != "README.md"]
    assert [path.name for path in shipped if path.name not in readme] == []
    assert len(shipped) == 11
