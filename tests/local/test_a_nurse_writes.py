"""A nurse answers a patient, through the local cloud: while she talks, the service asks nothing by itself."""

from collections.abc import Iterator

import pytest

from aftercare.desk_wiring import desk
from aftercare.domain.errors import TryAgain
from aftercare.domain.ids import ClinicId, PatientId, TouchId
from aftercare.domain.staff import Person, Role
from aftercare.domain.why import Fate, Why
from aftercare.usecases.explain_touch import explain_touch
from aftercare.usecases.write_message import Went, Written, write_message
from tests.behaviours.riverside import the_one
from tests.behaviours.visits import Patient, Riverside, riverside_opens

NORA = Person("id-nora", "Nurse Nora", frozenset({Role.NURSE}), ClinicId("riverside"))
FUNCTION = "ReplyReceived"


@pytest.fixture
def riverside() -> Iterator[Riverside]:
    with riverside_opens(asleep=()) as clinic:
        yield clinic


def writes(riverside: Riverside, wall: str, patient: Patient, text: str, once: str = "key-1") -> Written:
    """Nora types a message on her screen at a wall time, and sends it."""
    riverside.until(wall)
    with riverside.rehearsal.cloud.as_function(FUNCTION):
        return write_message(NORA, desk(), PatientId(patient.id), text, by="dashboard", once=once)


def asks(riverside: Riverside, patient: Patient, touch: str) -> Why:
    with riverside.rehearsal.cloud.as_function(FUNCTION):
        owner = PatientId(patient.id)
        return explain_touch(NORA, desk(), TouchId(touch), by="dashboard", patient_id=owner)


def a_conversation(riverside: Riverside, left: str, said: str, answered: str) -> tuple[Patient, str]:
    """Ada goes home, asks something, and Nora answers her before the evening check-in is due."""
    ada = riverside.patient("Ada")
    ada.goes_home(left)
    ada.said(said, "Can I drive tomorrow?")
    assert writes(riverside, answered, ada, "Yes, after a full night of sleep.").went is Went.SENT
    safety = the_one(ada.texts("safety"))
    return ada, f"{safety['session_id']}.evening"


def test_the_six_o_clock_check_in_waits_for_the_conversation_and_goes_in_the_morning(
    riverside: Riverside,
) -> None:
    ada, evening = a_conversation(riverside, "Tue 14:00", "Tue 16:50", "Tue 17:00")
    manual = the_one(ada.texts("manual"))
    assert manual["body"] == "Riverside Clinic: Yes, after a full night of sleep."
    assert (manual["to"], manual["segments"], manual["encoding"]) == (ada.phone, 1, "GSM-7")
    before = asks(riverside, ada, evening)
    assert before.fate is Fate.TO_COME and "a person is talking with the patient" in before.sentence
    riverside.until("Tue 23:59")
    assert ada.texts("check_in") == []
    assert asks(riverside, ada, evening).fate is Fate.HELD
    riverside.until("Wed 09:30")
    sent = the_one(ada.texts("check_in"))
    assert (sent["touch_id"], sent.at) == (evening, riverside.at("Wed 09:00"))
    assert asks(riverside, ada, evening).fate is Fate.SENT


def test_a_check_in_that_a_long_conversation_makes_worthless_ends_with_its_reason(
    riverside: Riverside,
) -> None:
    ada, evening = a_conversation(riverside, "Tue 14:00", "Tue 17:20", "Tue 17:30")
    ada.said("Tue 23:30", "One more thing")
    assert writes(riverside, "Tue 23:40", ada, "Of course.", once="key-2").went is Went.SENT
    riverside.until("Wed 12:00")
    assert the_one(ada.rows("not_sent", touch_id=evening))["reason"] == "conversation"
    told = asks(riverside, ada, evening)
    assert told.sentence == "Not sent: a person was talking with the patient."


def test_what_a_person_wrote_is_told_to_other_systems_as_any_text(riverside: Riverside) -> None:
    ada, _ = a_conversation(riverside, "Tue 14:00", "Tue 16:50", "Tue 17:00")
    riverside.until("Tue 17:10")
    manual = the_one(ada.texts("manual"))
    (fact,) = riverside.facts("TouchSent", manual["touch_id"])
    assert fact["detail"]["kind"] == "manual"
    assert "sleep" not in repr(fact.body)


def test_while_the_carrier_is_down_nothing_leaves_and_the_click_works_later(
    riverside: Riverside,
) -> None:
    ada = riverside.patient("Ada")
    ada.said("Tue 16:50", "Can I drive tomorrow?")
    riverside.carrier("Tue 16:55", sms="down")
    with pytest.raises(TryAgain):
        writes(riverside, "Tue 17:00", ada, "Please call us.")
    assert the_one(ada.tasks()).kind == "task" and ada.texts("manual") == []
    riverside.carrier("Tue 17:05", sms="up")
    for _ in range(2):
        assert writes(riverside, "Tue 17:06", ada, "Please call us.").went is Went.SENT
    riverside.until("Tue 18:00")
    assert len(ada.texts("manual")) == 1
    assert [task["kind"] for task in ada.tasks()] == ["unread_reply"]


def test_the_stream_notes_whose_session_it_is_so_that_a_touch_is_found_by_its_name(
    riverside: Riverside,
) -> None:
    _, evening = a_conversation(riverside, "Tue 14:00", "Tue 16:50", "Tue 17:00")
    riverside.until("Tue 17:05")
    with riverside.rehearsal.cloud.as_function(FUNCTION):
        assert explain_touch(NORA, desk(), TouchId(evening), by="api").touch_id == evening
