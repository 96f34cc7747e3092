"""What a person sees of Ada, and what is never even put before those who may not see it."""

from datetime import timedelta
from typing import Any

import pytest

from aftercare.domain.errors import NotAllowed, NotFound
from aftercare.domain.ids import PatientId
from aftercare.domain.staff import Person, Role
from aftercare.domain.timeline import MomentKind
from aftercare.usecases.see_patient import PatientView, see_patient
from aftercare.usecases.write_message import write_message
from infra.local.quick_world import QuickWorld
from tests.building import ADA, HUDSON, eastern
from tests.unit.usecases.desks import CARMEN_OF_ELSEWHERE, DORA, FRONT_DESK, audited, desk_of
from tests.unit.usecases.worlds import after_a_session, text

SECRETS = ("kill myself", "headache again", "private words", "crisis_words", "suicid", "mood: 2", "letters: ")


MINUTE = timedelta(minutes=1)


def a_hard_week() -> QuickWorld:
    """Return Ada's: a low mood, side effects, danger, and a nurse's words to her."""
    world = after_a_session()
    world.run_until(eastern("2026-11-23 16:00"))
    for words in ("2 AC", "I want to kill myself", "headache again"):
        text(world, words)
        world.run_until(world.clock.now() + MINUTE)
    write_message(DORA, desk_of(world), ADA, "private words", by="dashboard", once="1")
    return world


def sees(world: QuickWorld, person: Person = DORA, patient_id: PatientId = ADA) -> PatientView:
    return see_patient(person, desk_of(world), patient_id, by="dashboard")


def test_a_nurse_sees_the_whole_course_and_what_comes_next() -> None:
    view = sees(a_hard_week())
    kinds = {moment.kind for moment in view.timeline}
    assert kinds >= {*MomentKind} - {MomentKind.NOT_SENT, MomentKind.PAUSE}
    assert [m.at for m in view.timeline] == sorted((m.at for m in view.timeline), reverse=True)
    bodies = [moment.text for moment in view.timeline if moment.kind is MomentKind.REPLY]
    assert bodies == ["headache again", "I want to kill myself", "2 AC"]
    assert {task.kind for task in view.tasks} >= {"side_effects"}
    assert all(one.at >= view.at for one in view.upcoming if one.goes)
    assert view.clinical


def test_the_front_desk_sees_who_and_when_but_no_word_score_or_reason() -> None:
    world = a_hard_week()
    view = sees(world, FRONT_DESK)
    everything = repr(view).casefold()
    assert not [secret for secret in SECRETS if secret.casefold() in everything]
    assert (view.clinical, view.history.measures, view.chart.moods) == (False, (), ())
    assert [score for _, score in sees(world).chart.moods] == [2]
    assert [m.text for m in view.timeline if m.kind is MomentKind.REPLY] == ["", "", ""]
    assert any(m.kind is MomentKind.ALERT and m.about == "" for m in view.timeline)
    assert not any(m.text for m in view.timeline if m.title in ("Crisis text", "Message from the clinic"))
    sent = [m.text for m in view.timeline if m.kind is MomentKind.MESSAGE and m.title == "Evening check-in"]
    assert sent and sent[0]


def test_a_message_of_a_person_names_who_wrote_it_and_a_call_who_was_called() -> None:
    moments = sees(a_hard_week()).timeline
    by_hand = [m.about for m in moments if m.text.endswith("private words")]
    assert [about.partition(". ")[0] for about in by_hand] == ["Written by Dora"]
    assert {m.title for m in moments if m.kind is MomentKind.CALL} == {"Called Dora (nurse) by text"}


def test_the_secrets_are_there_for_whoever_may_see_them() -> None:
    """The check above would find them: a nurse's view holds each one."""
    everything = repr(sees(a_hard_week())).casefold()
    assert [
        s for s in ("kill myself", "headache again", "private words", "mood: 2") if s not in everything
    ] == []


def test_what_comes_next_is_foreseen_on_the_truth_whoever_looks() -> None:
    world = a_hard_week()
    assert sees(world, FRONT_DESK).upcoming == sees(world).upcoming


def test_every_look_is_in_the_trail_before_it_is_shown() -> None:
    world = after_a_session()
    sees(world)
    assert audited(world, desk_of(world)) == [("Dora", "saw_patient", ADA, None)]


def test_a_patient_of_another_clinic_and_nobody_are_answered_alike() -> None:
    world = after_a_session()
    counts = []
    for person, patient in ((CARMEN_OF_ELSEWHERE, ADA), (DORA, PatientId("pat-nobody"))):
        calls = Counting(world.memory)
        with pytest.raises(NotFound) as refused:
            see_patient(person, desk_of(world, calls), patient, by="api")
        counts.append((calls.calls, str(refused.value)))
    assert counts[0] == counts[1]
    assert audited(world, desk_of(world)) == []


def test_a_look_costs_two_reads_and_the_entry_in_the_trail() -> None:
    world = a_hard_week()
    calls = Counting(world.memory)
    see_patient(DORA, desk_of(world, calls), ADA, by="dashboard")
    assert sorted(calls.calls) == ["put_item", "query", "query"]


def test_who_has_no_role_sees_nothing() -> None:
    nobody = Person("id-x", "X", frozenset(), HUDSON)
    with pytest.raises(NotAllowed):
        sees(after_a_session(), nobody)


def test_the_owner_may_look_without_the_words() -> None:
    world = after_a_session()
    owner = Person("id-o", "Olga", frozenset({Role.OWNER}), HUDSON)
    assert not sees(world, owner).clinical


class Counting:
    """A table that counts the calls it gets."""

    def __init__(self, table: Any) -> None:
        self._table = table
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.calls.append(name)
        return getattr(self._table, name)
