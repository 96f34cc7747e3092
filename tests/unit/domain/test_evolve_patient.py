"""What a fact about a patient changes."""

from dataclasses import replace
from datetime import datetime

import pytest

from aftercare.domain.consent import ALL_KEYS
from aftercare.domain.evolve import Change, Unchanged, Waits, evolve
from aftercare.domain.facts import FACTS_KEPT, Fact, PatientEnrolled
from aftercare.domain.followup import Mark, MarkState
from aftercare.domain.patient import Contact, Patient
from aftercare.domain.records import ConsentProof, Number, Task, TaskKind
from tests.building import (
    ADAS_MAIL,
    ADAS_PHONE,
    BENS_PHONE,
    EMAIL_CARE,
    EMAIL_EDUCATION,
    ENROLLED_AT,
    NOON,
    SMS_CARE,
    SMS_EDUCATION,
    a_consent,
    a_followup,
    a_patient,
    changed,
    closed,
    consented,
    enrolled,
    scheduled,
    withdrew,
    yes,
)
from tests.unit.domain.evolving import ADA, DAY, LATER, MINUTE, change, standing


def new(fact: PatientEnrolled, now: datetime = NOON) -> Change:
    found = evolve(None, None, fact, now)
    assert isinstance(found, Change), found
    return found


# ---- enrolled


def test_enrolling_stores_who_the_patient_is_how_to_reach_them_and_every_proof() -> None:
    paper = a_consent(SMS_CARE)
    found = new(enrolled(paper))
    contact = Contact("en", "America/New_York", accepts_unencrypted=True, phone=ADAS_PHONE, email=ADAS_MAIL)
    assert found.followup.contact == contact
    assert found.followup.standings == {SMS_CARE: yes(ENROLLED_AT)}
    assert found.followup.version == 0
    addresses = {Number(ADAS_PHONE), Number(ADAS_MAIL)}
    assert set(found.records) == {ADA, *addresses, ConsentProof("evt-enrol", paper)}


@pytest.mark.parametrize(
    ("missing", "left"),
    [
        ({"phone": None}, {Number(ADAS_MAIL)}),
        ({"email": None}, {Number(ADAS_PHONE)}),
        ({"phone": None, "email": None}, set()),
    ],
)
def test_a_patient_is_found_only_by_the_addresses_they_have(
    missing: dict[str, None], left: set[Number]
) -> None:
    found = {record for record in new(enrolled(**missing)).records if isinstance(record, Number)}
    assert found == left


def test_a_yes_to_texts_owes_the_patient_the_opt_in_text_and_a_yes_to_mail_does_not() -> None:
    assert new(enrolled(a_consent(SMS_CARE))).followup.owes_opt_in
    assert new(enrolled(a_consent(SMS_EDUCATION))).followup.owes_opt_in
    assert not new(enrolled(a_consent(EMAIL_CARE), a_consent(EMAIL_EDUCATION))).followup.owes_opt_in
    assert not new(enrolled()).followup.owes_opt_in


def test_the_same_enrolment_twice_is_one() -> None:
    fact = enrolled(a_consent())
    assert isinstance(evolve(new(fact).followup, ADA, fact, NOON), Unchanged)


def test_enrolling_again_brings_new_fields_and_keeps_what_was_given_before() -> None:
    first = new(enrolled(a_consent(SMS_CARE))).followup
    again = change(enrolled(a_consent(EMAIL_CARE, LATER), at=LATER, event_id="evt-2", language="es"), first)
    assert again.followup.contact.language == "es"
    assert standing(again.followup, SMS_CARE, EMAIL_CARE) == [True, True]
    assert replace(ADA, language="es") in again.records


def test_an_older_enrolment_that_comes_late_changes_no_field() -> None:
    first = new(enrolled(a_consent())).followup
    late = enrolled(at=ENROLLED_AT - DAY, event_id="evt-0", language="es")
    assert isinstance(evolve(first, ADA, late, NOON), Unchanged)
    other_phone = enrolled(at=ENROLLED_AT - DAY, event_id="evt-0", phone=BENS_PHONE)
    after = change(other_phone, first).followup
    assert after.contact == first.contact
    assert standing(after, SMS_CARE) == [True]


def test_a_yes_for_an_older_number_does_not_count_for_the_present_one_whichever_came_first() -> None:
    newest = new(enrolled(at=LATER, event_id="evt-2", phone=BENS_PHONE)).followup
    ada = a_patient(phone=BENS_PHONE)
    older = change(enrolled(a_consent(SMS_CARE)), newest, ada).followup
    assert older.contact.phone == BENS_PHONE
    assert standing(older, SMS_CARE) == [False]


def test_enrolling_again_opens_a_closed_file_and_needs_new_consent() -> None:
    shut = change(closed(LATER), a_followup()).followup
    assert (shut.closed, shut.closed_reason) == (True, "discharged")
    opened = change(
        enrolled(a_consent(at=LATER + MINUTE), at=LATER + MINUTE, event_id="evt-2"), shut
    ).followup
    assert not opened.closed
    assert standing(opened, SMS_CARE, EMAIL_CARE) == [True, False]


def test_news_of_an_old_closing_does_not_close_a_file_that_was_opened_since() -> None:
    opened = change(enrolled(at=LATER, event_id="evt-2"), a_followup()).followup
    late = change(closed(LATER - MINUTE), opened).followup
    assert not late.closed
    assert change(closed(LATER), opened).followup.closed


def test_an_enrolment_from_before_the_closing_opens_nothing() -> None:
    shut = change(closed(LATER), a_followup()).followup
    assert change(enrolled(at=LATER, event_id="evt-2", language="es"), shut).followup.closed


def test_who_is_recorded_as_deceased_stays_so_and_staff_are_asked() -> None:
    gone = change(closed(LATER, "deceased"), a_followup()).followup
    found = change(enrolled(at=LATER + MINUTE, event_id="evt-2"), gone)
    assert found.followup.closed
    tasks = [record for record in found.records if isinstance(record, Task)]
    assert [task.kind for task in tasks] == [TaskKind.CONTRADICTING_EVENT]
    assert change(closed(LATER + DAY, "discharged", "evt-3"), gone).followup.closed_reason == "deceased"


def test_opening_a_file_again_gives_the_visits_ahead_their_reminders_back() -> None:
    marks = {"reminder-72h": Mark(MarkState.NOT_SENT, LATER), "baseline": Mark(MarkState.CLAIMED, LATER)}
    ahead = scheduled(NOON + 9 * DAY, marks=marks)
    shut = change(closed(LATER), a_followup(ahead)).followup
    opened = change(enrolled(at=LATER + MINUTE, event_id="evt-2"), shut).followup
    assert set(opened.sessions[ahead.id].marks) == {"baseline"}


def test_a_new_phone_with_a_yes_for_it_keeps_its_consent() -> None:
    first = new(enrolled(a_consent(SMS_CARE))).followup
    yes = a_consent(SMS_CARE, LATER)
    again = change(enrolled(yes, at=LATER, event_id="evt-2", phone=BENS_PHONE), first).followup
    assert again.contact.phone == BENS_PHONE
    assert standing(again, SMS_CARE) == [True]


# ---- consent


def test_a_yes_is_kept_word_for_word() -> None:
    yes = a_consent(SMS_CARE, LATER, wording="I agree to texts from Hudson Clinic.")
    assert change(consented(yes), a_followup(standings={})).records == (ConsentProof("evt-yes", yes),)


def test_coming_back_after_stop_needs_a_yes_newer_than_the_stop_and_is_confirmed_again() -> None:
    stopped = change(withdrew(LATER, *ALL_KEYS)).followup
    old = change(consented(a_consent(SMS_CARE, LATER)), stopped).followup
    assert standing(old, SMS_CARE) == [False]
    assert not old.owes_opt_in
    back = change(consented(a_consent(SMS_CARE, LATER + MINUTE)), stopped).followup
    assert standing(back, SMS_CARE, SMS_EDUCATION) == [True, False]
    assert back.owes_opt_in


def test_a_second_purpose_by_text_is_not_confirmed_again() -> None:
    followup = a_followup(standings={SMS_CARE: yes(ENROLLED_AT)})
    assert not change(consented(a_consent(SMS_EDUCATION, LATER)), followup).followup.owes_opt_in


def test_a_withdrawal_ends_what_it_names_and_nothing_else() -> None:
    after = change(withdrew(LATER, SMS_EDUCATION, EMAIL_EDUCATION)).followup
    assert standing(after, SMS_CARE, EMAIL_CARE, SMS_EDUCATION, EMAIL_EDUCATION) == [True, True, False, False]


# ---- closed


def test_closing_keeps_when_and_why() -> None:
    after = change(closed(LATER, "transferred")).followup
    assert (after.closed_at, after.closed_reason) == (LATER, "transferred")
    assert standing(after, *ALL_KEYS) == [False] * 4


def test_of_two_closings_the_later_one_says_why() -> None:
    first = change(closed(LATER, "discharged")).followup
    assert isinstance(evolve(first, ADA, closed(LATER - MINUTE, "withdrawn", "evt-b"), NOON), Unchanged)
    assert change(closed(LATER - MINUTE, "deceased", "evt-d"), first).followup.closed_reason == "deceased"
    second = change(closed(LATER + MINUTE, "deceased", "evt-c"), first).followup
    assert second.closed_reason == "deceased"


# ---- any of them


@pytest.mark.parametrize(
    "fact",
    [changed(LATER, language="es"), closed(LATER), consented(a_consent(at=LATER)), withdrew(LATER, SMS_CARE)],
    ids=lambda fact: type(fact).__name__,
)
class TestAnyPatientFact:
    def test_waits_for_a_patient_nobody_knows_yet(self, fact: Fact) -> None:
        assert evolve(None, None, fact, NOON) == Waits("patient")

    def test_changes_nothing_the_second_time(self, fact: Fact) -> None:
        once = change(fact)
        patient = next((r for r in once.records if isinstance(r, Patient)), ADA)
        assert isinstance(evolve(once.followup, patient, fact, NOON), Unchanged)

    def test_leaves_the_sessions_and_the_version_alone(self, fact: Fact) -> None:
        before = a_followup(version=7, recent=(NOON,))
        after = change(fact, before).followup
        assert (after.version, after.sessions, after.recent) == (7, before.sessions, before.recent)


def test_only_so_many_event_ids_are_remembered() -> None:
    followup = a_followup()
    for n in range(FACTS_KEPT + 3):
        followup = change(closed(LATER + n * MINUTE, event_id=f"evt-{n}"), followup).followup
    assert len(followup.facts) == len(set(followup.facts)) == FACTS_KEPT
