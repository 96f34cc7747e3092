"""Who gets no new link to a form, when it was clicked and when it was due."""

import pytest

from aftercare.domain.consent import Channel
from aftercare.domain.errors import NotAllowed, NotFound
from aftercare.domain.ids import PatientId, TouchId
from aftercare.domain.protocol import Kind
from aftercare.domain.records import Sent
from aftercare.domain.staff import Role
from tests.building import ADA, ADAS_PHONE, HUDSON, eastern
from tests.unit.usecases.alarmed import DANGER, agreed_to_mail, open_tasks
from tests.unit.usecases.desks import CARMEN_OF_ELSEWHERE, DORA, audited, desk_of, staff
from tests.unit.usecases.test_send_form_link import (
    HOUR,
    Interrupting,
    asked,
    behind,
    forms,
    goes_on,
    refused_because,
    sends,
    withdraws,
)
from tests.unit.usecases.worlds import event_of, reasons, text


def test_who_opted_out_gets_no_link() -> None:
    world = asked()
    text(world, "STOP")
    goes_on(world)
    assert refused_because(lambda: sends(world)) == "consent_withdrawn"
    assert audited(world, desk_of(world)) == []


def test_a_consent_withdrawn_before_the_decent_hour_stops_it_and_staff_learn_of_it() -> None:
    world = asked()
    world.run_until(eastern("2026-11-19 23:00"))
    done = sends(world)
    withdraws(world)
    world.run_until(eastern("2026-11-20 12:00"))
    assert len(forms(world)) == 1
    assert reasons(world)[done.touch_id] == "consent_withdrawn"
    assert open_tasks(world) == ["tell_in_person"]


def test_a_consent_withdrawn_at_the_very_moment_of_the_click_stops_it() -> None:
    world = asked(table=Interrupting)
    Interrupting.before_save = lambda: withdraws(world)
    assert refused_because(lambda: sends(world)) == "consent_withdrawn"
    goes_on(world, HOUR)
    assert len(forms(world)) == 1


def test_a_form_answered_by_the_first_link_while_the_new_one_waits_is_not_asked_for_again() -> None:
    world = asked()
    world.run_until(eastern("2026-11-19 23:00"))
    done = sends(world)
    assert behind(forms(world)[0], world).enters().fills_in({}).sends().status == 200
    world.run_until(eastern("2026-11-20 12:00"))
    assert len(forms(world)) == 1
    assert reasons(world)[done.touch_id] == "answered"
    assert open_tasks(world) == []


def test_a_form_that_was_answered_is_not_asked_for_again() -> None:
    world = asked()
    behind(forms(world)[0], world).enters().fills_in({}).sends()
    assert refused_because(lambda: sends(world)) == "answered"


def test_a_closed_file_gets_no_link() -> None:
    world = asked()
    at = world.clock.now().isoformat()
    world.event(event_of("PatientClosed", "evt-closed", at, patient_id=ADA, reason="discharged"))
    assert refused_because(lambda: sends(world)) == "closed"


def test_somebody_in_danger_is_spoken_with_first() -> None:
    world = asked()
    text(world, DANGER)
    assert refused_because(lambda: sends(world)) == "in_danger"


def test_a_visit_that_was_cancelled_has_no_form_any_more() -> None:
    world = asked()
    at = world.clock.now().isoformat()
    gone = event_of("SessionCancelled", "evt-x", at, session_id="ses-1", patient_id=ADA, reason="no driver")
    assert world.event(gone) == "applied"
    assert refused_because(lambda: sends(world)) == "session_cancelled"


def test_the_form_before_a_visit_is_worthless_once_the_visit_begins() -> None:
    world = asked()
    world.run_until(eastern("2026-11-23 09:30"))
    assert refused_because(lambda: sends(world)) == "too_late"


def test_only_the_latest_form_is_asked_for_again_lest_its_link_be_closed() -> None:
    world = asked()
    later = Sent(
        *(TouchId("ses-1.week2"), None, Kind.MEASURE, world.clock.now(), Channel.SMS, ADAS_PHONE),
        *("form", "r", "en", "x", None, "msg-later"),
    )
    world.ports.followups.record([((HUDSON, ADA), later)])
    assert refused_because(lambda: sends(world)) == "superseded"


def test_by_mail_where_care_was_agreed_to_by_mail_only() -> None:
    world = agreed_to_mail(asked())
    at = world.clock.now().isoformat()
    gone = {"channel": "sms", "purpose": "all", "withdrawn_at": at, "recorded_by": "Front desk"}
    world.event(event_of("ConsentWithdrawn", "evt-sms", at, patient_id=ADA, **gone))
    sends(world)
    goes_on(world)
    assert [out.envelope.to for out in forms(world)] == ["+12025550147", "ada@example.org"]


@pytest.mark.parametrize("touch", ["ses-1.nothing", "ses-2.baseline", "pat-ada.opt_in.1", "", "~", "x" * 600])
def test_what_was_never_asked_cannot_be_asked_again(touch: str) -> None:
    with pytest.raises(NotFound):
        sends(asked(), touch=TouchId(touch))


def test_a_patient_of_another_clinic_is_nobody() -> None:
    world = asked()
    for person, patient in ((CARMEN_OF_ELSEWHERE, ADA), (DORA, PatientId("pat-nobody"))):
        with pytest.raises(NotFound):
            sends(world, person=person, patient_id=patient)
    assert audited(world, desk_of(world)) == []


def test_the_owner_sends_no_links() -> None:
    with pytest.raises(NotAllowed):
        sends(asked(), person=staff(Role.OWNER))
