"""Facts come late, twice and in any order, and always end in the same place."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aftercare.domain.evolve import Change, Waits, evolve
from aftercare.domain.facts import Fact
from aftercare.domain.followup import Followup, Status
from aftercare.domain.patient import Patient
from aftercare.domain.records import ConsentProof, Number
from tests.building import (
    ADAS_MAIL,
    BENS_PHONE,
    EMAIL_CARE,
    ENROLLED_AT,
    NOON,
    SMS_CARE,
    SMS_EDUCATION,
    a_consent,
    booked,
    cancelled,
    changed,
    closed,
    consented,
    enrolled,
    finished,
    moved,
    withdrew,
    yes,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = NOON - 3 * DAY


@dataclass
class File:
    """A patient's file in the making: what cannot be applied yet waits."""

    followup: Followup | None = None
    patient: Patient | None = None
    waiting: list[Fact] = field(default_factory=list)
    numbers: set[str] = field(default_factory=set)
    proofs: set[Any] = field(default_factory=set)

    def take(self, fact: Fact) -> None:
        found = evolve(self.followup, self.patient, fact, NOON)
        if isinstance(found, Waits):
            self.waiting.append(fact)
        if not isinstance(found, Change):
            return
        self.followup = found.followup
        for record in found.records:
            match record:
                case Patient():
                    self.patient = record
                case Number(phone, gone):
                    (self.numbers.discard if gone else self.numbers.add)(phone)
                case ConsentProof():
                    self.proofs.add(record)
        held, self.waiting = self.waiting, []
        for late in held:
            self.take(late)


FACTS: tuple[Fact, ...] = (
    enrolled(a_consent(SMS_CARE), a_consent(EMAIL_CARE)),
    changed(ENROLLED_AT + DAY, "evt-b", phone=BENS_PHONE, language="es"),
    changed(ENROLLED_AT + 2 * DAY, "evt-c", language="en"),
    consented(a_consent(SMS_CARE, ENROLLED_AT + 3 * DAY), "evt-d"),
    consented(a_consent(SMS_EDUCATION, ENROLLED_AT + 3 * DAY), "evt-e"),
    withdrew(ENROLLED_AT + 4 * DAY, SMS_EDUCATION, event_id="evt-f"),
    booked(START, ENROLLED_AT, event_id="evt-g"),
    finished(START + HOUR, START + 2 * HOUR, event_id="evt-i"),
    booked(START + 2 * DAY, ENROLLED_AT, 2, event_id="evt-j"),
    moved(START + 4 * DAY, ENROLLED_AT + DAY, 2, event_id="evt-k"),
    booked(START + 6 * DAY, ENROLLED_AT, 3, event_id="evt-l"),
    cancelled(ENROLLED_AT + DAY, 3, event_id="evt-m"),
)


def end_of(facts: Sequence[Fact]) -> dict[str, Any]:
    file = File()
    for fact in facts:
        file.take(fact)
    assert file.followup is not None
    assert file.waiting == []
    sessions = {s.id: (s.status, s.as_of, s.left_at) for s in file.followup.sessions.values()}
    return {
        "contact": file.followup.contact,
        "patient": file.patient,
        "standings": dict(file.followup.standings),
        "sessions": sessions,
        "second": file.followup.sessions["ses-2"].starts_at,
        "numbers": file.numbers,
        "proofs": file.proofs,
        "opt-in owed": file.followup.owes_opt_in,
    }


def test_in_the_order_in_which_they_happened_they_say_what_they_say() -> None:
    end = end_of(FACTS)
    assert (end["contact"].phone, end["contact"].language) == (BENS_PHONE, "en")
    assert end["numbers"] == {BENS_PHONE, ADAS_MAIL}
    assert end["second"] == START + 4 * DAY
    assert [status for status, *_ in end["sessions"].values()] == [
        Status.COMPLETED,
        Status.SCHEDULED,
        Status.CANCELLED,
    ]
    today = date(2026, 11, 24)
    standing = [key for key, s in end["standings"].items() if s.stands(today)]
    assert set(standing) == {SMS_CARE, EMAIL_CARE}
    assert end["standings"][SMS_CARE] == replace(yes(ENROLLED_AT + 3 * DAY), address_at=ENROLLED_AT + DAY)
    assert len(end["proofs"]) == 4


@given(st.permutations(FACTS))
def test_any_order_ends_in_the_same_place(order: list[Fact]) -> None:
    assert end_of(order) == end_of(FACTS)


@given(st.permutations(FACTS), st.lists(st.sampled_from(FACTS), max_size=8))
def test_what_is_said_again_is_not_news(order: list[Fact], repeated: list[Fact]) -> None:
    assert end_of([*order, *repeated]) == end_of(FACTS)


@given(st.permutations([*FACTS, closed(ENROLLED_AT + 5 * DAY, event_id="evt-z")]))
def test_a_closed_file_is_closed_whenever_the_news_came(order: list[Fact]) -> None:
    file = File()
    for fact in order:
        file.take(fact)
    assert file.followup is not None
    assert file.followup.closed_at == ENROLLED_AT + 5 * DAY
