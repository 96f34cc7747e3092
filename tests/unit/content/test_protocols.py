"""Protocols are read strictly, and the shipped ones can be said in every language."""

import tomllib
from datetime import date, time, timedelta
from typing import Any

import pytest

from aftercare.content.load_protocols import load_protocols, parse_protocol
from aftercare.content.load_words import load_words, topics
from aftercare.domain.consent import Purpose
from aftercare.domain.errors import BadInput
from aftercare.domain.followup import SESSION_KEPT
from aftercare.domain.patient import LANGUAGES
from aftercare.domain.protocol import LIBRARY, Anchor, Kind, SkipRule, Step, Timing, TooLate

WHERE = "protocols/kind.toml"
HEAD = """
id = "kind-care"
title = "Kind care"
sources = ["the clinic"]
review_by = 2027-05-31
"""
DAY1 = """
[[step]]
key = "day1"
kind = "check_in"
words = "day1"
anchor = "discharge"
after = "24h"
no_earlier = 10:00:00
too_late = { days = 2, at = 12:00:00 }
"""


def day1(line: str = "", *, without: str = "\0") -> str:
    """Return a protocol of one step with one more line, and without the line that starts so."""
    step = "".join(kept + "\n" for kept in DAY1.splitlines() if not kept.startswith(without))
    return HEAD + step + line + "\n"


def parsed(text: str) -> Any:
    return parse_protocol(tomllib.loads(text), WHERE)


def test_a_protocol_is_read_as_it_is_written() -> None:
    protocol = parsed(day1("measures = ['phq-9']\nsuperseded = true\nskip_if = ['next_session_sooner']"))
    assert (protocol.id, protocol.title) == ("kind-care", "Kind care")
    assert (protocol.sources, protocol.review_by) == (("the clinic",), date(2027, 5, 31))
    assert protocol.steps == (
        Step(
            key="day1",
            kind=Kind.CHECK_IN,
            purpose=Purpose.CARE,
            words="day1",
            timing=Timing(Anchor.DISCHARGE, after=timedelta(hours=24), no_earlier=time(10)),
            too_late=TooLate(days=2, at=time(12)),
            measures=("phq-9",),
            superseded=True,
            skip_if=(SkipRule.NEXT_SESSION_SOONER,),
        ),
    )
    assert protocol.step("day1") is protocol.steps[0]
    with pytest.raises(KeyError):
        protocol.step("day2")


@pytest.mark.parametrize(
    ("timing", "expected"),
    [
        ("after = '4h'\nbetween = ['3h', '5h']", {"after": 4, "between": (3, 5)}),
        ("before = '72h'", {"after": -72}),
        ("days = -5\nat = 11:00:00", {"days": -5, "at": time(11)}),
    ],
)
def test_a_step_hangs_before_or_after_its_anchor(timing: str, expected: dict[str, Any]) -> None:
    text = day1(timing, without="after").replace("no_earlier = 10:00:00\n", "")
    found = parsed(text).steps[0].timing
    hours = {
        "after": expected.get("after"),
        "between": expected.get("between"),
    }
    assert found.after == (None if hours["after"] is None else timedelta(hours=hours["after"]))
    between = hours["between"] and tuple(timedelta(hours=h) for h in hours["between"])
    assert (found.between, found.days, found.at) == (between, expected.get("days"), expected.get("at"))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("{ after = '6h' }", TooLate(after=timedelta(hours=6))),
        ("{ before = '2h' }", TooLate(after=timedelta(hours=-2))),
        ("{ days = 6, at = 20:00:00 }", TooLate(days=6, at=time(20))),
    ],
)
def test_a_step_is_too_late_at_an_offset_or_a_wall_time(written: str, read: TooLate) -> None:
    assert parsed(day1(f"too_late = {written}", without="too_late")).steps[0].too_late == read


def test_education_is_for_those_who_agreed_to_education() -> None:
    purposes = {
        kind: parsed(day1(f"kind = '{kind}'", without="kind")).steps[0].purpose
        for kind in ("reminder", "safety", "check_in", "measure", "education")
    }
    assert {k for k, purpose in purposes.items() if purpose is Purpose.EDUCATION} == {"education"}


BAD: dict[str, tuple[str, str, str]] = {
    "no id": (day1().replace('id = "kind-care"', ""), "id", "the protocol's id"),
    "no title": (day1().replace('title = "Kind care"', ""), "title", "a title that staff read"),
    "no review": (day1().replace("review_by = 2027-05-31", ""), "review_by", "a date such as"),
    "a quoted review": (day1().replace("2027-05-31", '"2027-05-31"'), "review_by", "a date such as"),
    "sources that are no list": (day1().replace('["the clinic"]', '"me"'), "sources", "a list of names"),
    "no steps": (HEAD, "step", "a list of [[step]]"),
    "an unknown key": ("author = 'Dora'" + day1(), "author", "one of"),
    "a step without a key": (day1(without="key"), "step.key", "a short name"),
    "an unknown key of a step": (day1("colour = 'red'"), "step.day1.colour", "one of"),
    "two steps of one key": (day1() + DAY1, "step.key", "no other step"),
    "an unknown kind": (day1("kind = 'nag'", without="kind"), "step.day1.kind", "reminder, safety"),
    "an answer as a step": (day1("kind = 'opt_out'", without="kind"), "step.day1.kind", "reminder, safety"),
    "no words": (day1(without="words"), "step.day1.words", "the id of a message"),
    "no anchor": (day1(without="anchor"), "step.day1.anchor", "start, discharge, moved"),
    "no time at all": (day1(without="after"), "step.day1.after", "either after, or before"),
    "two times": (day1("before = '1h'"), "step.day1.after", "either after, or before"),
    "a delay and a wall time": (day1("days = 1\nat = 11:00:00"), "step.day1.after", "either after"),
    "a day without an hour": (day1("days = 1", without="after"), "step.day1.after", "days with at"),
    "an hour without a day": (day1("at = 11:00:00", without="after"), "step.day1.after", "days with at"),
    "a delay without a unit": (day1("after = '24'", without="after"), "step.day1.after", "90m, 4h or 3d"),
    "a number for a delay": (day1("after = 24", without="after"), "step.day1.after", "a duration"),
    "a half between": (day1("between = ['3h']"), "step.day1.between", "two durations"),
    "a between of numbers": (day1("between = [3, 5]"), "step.day1.between", "a duration"),
    "a quoted hour": (day1("no_earlier = '10:00'", without="no_earlier"), "step.day1.no_earlier", "a time"),
    "never too late": (day1(without="too_late"), "step.day1.too_late", "a table"),
    "too late, mixed": (
        day1("too_late = { after = '4h', at = 12:00:00 }", without="too_late"),
        "step.day1.too_late",
        "after, or before, or days with at",
    ),
    "too late, unknown": (
        day1("too_late = { week = 1 }", without="too_late"),
        "step.day1.too_late.week",
        "one of",
    ),
    "too late on half a day": (
        day1("too_late = { days = 1.5, at = 12:00:00 }", without="too_late"),
        "step.day1.too_late.days",
        "whole days",
    ),
    "a session number zero": (day1("sessions = [0]"), "step.day1.sessions", "a list of session numbers"),
    "a session number in words": (day1("not_sessions = ['two']"), "step.day1.not_sessions", "a list of"),
    "yes for a number": (day1("from_session = true"), "step.day1.from_session", "a session number"),
    "a number for yes": (day1("superseded = 1"), "step.day1.superseded", "true or false"),
    "room in words": (day1("leaves_room = 'two'"), "step.day1.leaves_room", "a number of texts"),
    "an unknown reason to skip": (day1("skip_if = ['raining']"), "step.day1.skip_if", "next_session_sooner"),
    "an odd answer age": (day1("skip_if_answered = 2"), "step.day1.skip_if_answered", "a duration"),
    "measures that are no list": (day1("measures = 'phq-9'"), "step.day1.measures", "a list of names"),
}


@pytest.mark.parametrize("slip", BAD)
def test_a_slip_names_the_file_the_key_and_what_is_allowed(slip: str) -> None:
    text, field, allowed = BAD[slip]
    with pytest.raises(BadInput) as caught:
        parsed(text)
    assert (caught.value.where, caught.value.field) == (WHERE, field)
    assert allowed in caught.value.allowed
    assert str(caught.value).startswith(f"{WHERE}: {field}: found ")


# ---- the shipped ones

SHIPPED = load_protocols()
STEPS = [(protocol.id, step) for protocol in SHIPPED.values() for step in protocol.steps]


def test_the_four_protocols_are_shipped_under_their_own_names() -> None:
    assert set(SHIPPED) == {
        "esketamine-nasal",
        "ketamine-im-induction",
        "ketamine-iv-induction",
        "ketamine-maintenance",
    }
    assert all(
        protocol.id == id_ and protocol.steps and protocol.sources for id_, protocol in SHIPPED.items()
    )


@pytest.mark.parametrize(("protocol", "step"), STEPS, ids=[f"{p}:{s.key}" for p, s in STEPS])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_has_its_words_in_every_language(protocol: str, step: Step, language: str) -> None:
    needed = topics() if step.words == LIBRARY else (step.words,)
    assert needed
    assert set(needed) <= set(load_words(language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [Kind.OPT_IN, Kind.OPT_OUT, Kind.HELP])
def test_every_answer_has_its_words_in_every_language(kind: Kind, language: str) -> None:
    assert kind.value in load_words(language)


def test_only_education_takes_its_words_from_the_library() -> None:
    assert all((step.words == LIBRARY) == (step.kind is Kind.EDUCATION) for _, step in STEPS)


def test_every_form_says_what_it_asks_and_nothing_else_does() -> None:
    assert all(bool(step.measures) == (step.kind is Kind.MEASURE) for _, step in STEPS)


def test_every_protocol_says_at_discharge_whom_to_call_and_reminds_before() -> None:
    for protocol in SHIPPED.values():
        kinds = {step.kind for step in protocol.steps}
        assert {Kind.SAFETY, Kind.REMINDER, Kind.CHECK_IN, Kind.EDUCATION} <= kinds, protocol.id


def test_no_step_hangs_on_a_session_longer_than_the_session_is_remembered() -> None:
    for protocol, step in STEPS:
        timing = step.timing
        far = timing.after if timing.after is not None else timedelta(days=(timing.days or 0) + 1)
        assert far < SESSION_KEPT, f"{protocol}:{step.key}"


def test_the_shipped_protocols_are_read_once() -> None:
    assert load_protocols() is SHIPPED
