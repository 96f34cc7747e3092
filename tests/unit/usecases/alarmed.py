"""Ada in danger, in the in-memory table: who was texted and called, and what was left for staff."""

from collections import Counter
from datetime import timedelta
from typing import Any

from aftercare.domain.alert import Alert
from aftercare.domain.clinic import Clinic, OnCall
from aftercare.domain.errors import TryAgain
from aftercare.domain.ids import AlertId
from infra.local.quick_world import Out, QuickWorld
from tests.building import EMAIL_CARE, HUDSON, a_clinic
from tests.simulation.faults import Crash
from tests.unit.usecases.worlds import event_of, rows, text, with_ada

MINUTE = timedelta(minutes=1)
NURSE = OnCall("nurse", "Ben", phone="+12025550171", email="ben@hudson.example.org")
BACKUP = OnCall("backup nurse", "Carmen", phone="+12025550172", email="carmen@hudson.example.org")
DANGER = "I want to kill myself"


def a_rota(*people: OnCall) -> Clinic:
    return a_clinic(on_call=people or (NURSE, BACKUP))


def agreed_to_mail(world: QuickWorld) -> QuickWorld:
    """Let Ada agree to care by mail as well."""
    channel, purpose = EMAIL_CARE
    consent = {
        "channel": channel.value,
        "purpose": purpose.value,
        "wording_version": "2026-09",
        "wording": "I agree to mails.",
        "method": "paper",
        "given_at": "2026-11-16T10:05:00-05:00",
        "recorded_by": "Nurse Dora",
    }
    said = event_of(
        "ConsentGiven", "evt-mail", "2026-11-16T10:06:00-05:00", patient_id="pat-ada", consent=consent
    )
    assert world.event(said) == "applied"
    return world


def a_world(clinic: Clinic | None = None, table: Any = None, *, by_mail: bool = True) -> QuickWorld:
    """Return a world in which Ada has had her opt-in text; everything sent so far is forgotten."""
    world = with_ada(clinic or a_rota(), table)
    if by_mail:
        agreed_to_mail(world)
    world.carrier.accepted.clear()
    return world


def in_danger(clinic: Clinic | None = None, **more: Any) -> QuickWorld:
    world = a_world(clinic, **more)
    text(world, DANGER)
    return world


def go_on(world: QuickWorld, minutes: int) -> None:
    """Let minutes pass; a sweep that dies is made up for by the next one."""
    for _ in range(minutes):
        world.clock.advance_to(world.clock.now() + MINUTE)
        try:
            world.tick()
        except (Crash, TryAgain):
            continue


def crisis_texts(world: QuickWorld) -> list[str]:
    """Return where crisis texts went, in order."""
    return [out.envelope.to for out in world.carrier.accepted if ".crisis-" in out.envelope.touch_id]


def pages(world: QuickWorld) -> list[tuple[int, str]]:
    """Return the calls to staff, in order: the step and where it went."""
    found = [(out.envelope.page, out) for out in world.carrier.accepted]
    return [(page.step, out.envelope.to) for page, out in found if page is not None]


def page_outs(world: QuickWorld) -> list[Out]:
    return [out for out in world.carrier.accepted if out.envelope.page is not None]


def open_alerts(world: QuickWorld) -> list[Alert]:
    found = [world.ports.alerts.get(HUDSON, AlertId(name)) for name in rows(world, "ALERT#")]
    return [alert for alert in found if alert is not None]


def the_alert(world: QuickWorld) -> Alert:
    (found,) = open_alerts(world)
    return found


def open_tasks(world: QuickWorld) -> list[str]:
    """Return the kinds of the open tasks, sorted."""
    return sorted(row["kind"] for row in rows(world, "TASK#").values() if row["state"] == "open")


def nobody_was_bothered_twice(world: QuickWorld) -> bool:
    """Say whether no crisis text and no call of a step went to one place twice."""
    by_text = Counter(out.envelope.touch_id for out in world.carrier.accepted if out.envelope.page is None)
    return max([*by_text.values(), *Counter(pages(world)).values()], default=1) == 1
