"""Take a text that belongs to no single patient: a person decides whose it is, danger does not wait."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from aftercare.domain.alert import TEXT_AGAIN, Alert, AlertState, joined
from aftercare.domain.clinic import Clinic
from aftercare.domain.errors import Conflict, TryAgain
from aftercare.domain.heard import Heard
from aftercare.domain.ids import NO_ONE, AlertId, ClinicId, alert_id
from aftercare.domain.ladder import heard_again, next_alert_due, raised
from aftercare.domain.raising import Way, crisis_answer
from aftercare.domain.records import Task, TaskKind
from aftercare.domain.screen_lexicon import Verdict, reason_of
from aftercare.domain.tier import Tier
from aftercare.ports import PatientKey, Ports
from aftercare.usecases.park_event import NOBODY
from aftercare.usecases.work_alert import work_alert

ATTEMPTS = 6
# Nobody resolves more alerts of one phone in a day.
EPISODES_MAX = 24
# A mail may name a thousand; the first few say what is wrong.
SENT_TO_MAX = 10


def take_stray(
    heard: Heard,
    clinics: Sequence[ClinicId],
    owners: Sequence[PatientKey],
    verdict: Verdict,
    ports: Ports,
) -> None:
    """Keep the text and its task, and raise an alert where it holds danger.

    Args:
        heard: The text.
        clinics: Those behind the number it was sent to.
        owners: The patients who share the sender's number; none for an unknown number.
        verdict: What the screen found.
        ports: The outside.

    Raises:
        TryAgain: The store is busy; the queue brings the text again.
    """
    if not clinics and heard.automatic is None:
        _park(heard, verdict, ports)
    for clinic_id in dict.fromkeys(c for c, _ in owners) or clinics[:1] or (NOBODY,):
        _keep(clinic_id, heard, len(owners), ports)
        clinic = ports.clinics.get(clinic_id)
        if clinic is not None and verdict.tier is not Tier.GREEN and heard.automatic is None:
            _alert(heard, clinic, verdict, ports)


def _park(heard: Heard, verdict: Verdict, ports: Ports) -> None:
    """Wake an operator: no clinic has this number, so nobody's page shows the text, and a file may be wrong.

    The words are kept where every stray is; here stand only its id and where it was sent.
    """
    found = {
        "reply_id": heard.id,
        "channel": heard.channel.value,
        "sent_to": heard.sent_to[:SENT_TO_MAX],
        "tier": verdict.tier.value,
    }
    ports.parked.park(json.dumps(found, sort_keys=True), "sent_to")


def _keep(clinic_id: ClinicId, heard: Heard, owners: int, ports: Ports) -> None:
    kind = TaskKind.SHARED_NUMBER if owners else TaskKind.UNKNOWN_NUMBER
    reason = "Several patients share this number: read the text and decide whose it is."
    if not owners:
        reason = "A text came from a number that no patient has: read it and decide."
    now = ports.clock.now()
    task = Task(f"{kind.value}.{heard.id}", clinic_id, None, kind, reason, now)
    ports.tasks.keep_stray(clinic_id, heard.id, heard.at, heard.sender, heard.body, task)


def _alert(heard: Heard, clinic: Clinic, verdict: Verdict, ports: Ports) -> None:
    """Raise one alert a day for one phone, or join the one that is open; answer the phone."""
    for _ in range(ATTEMPTS):
        now = ports.clock.now()
        name, found = _episode(heard, clinic, verdict.tier, ports)
        if found is not None and heard.id in found.causes:
            return  # a repeated delivery; what was begun goes on by itself
        words = "crisis_medical" if verdict.medical else "crisis"
        way = Way(heard.channel, heard.sender, language_of(verdict, clinic), words)
        red = verdict.tier is Tier.RED
        if found is None:
            answer = crisis_answer(1, way, now) if red else None
            fresh = Alert(name, clinic.id, NO_ONE, verdict.tier, reason_of(verdict), now, answer=answer)
            alert = raised(replace(fresh, causes=(heard.id,)), clinic)
        else:
            before = found.answer
            again = red and (before is None or now - before.due_at >= TEXT_AGAIN)
            number = (before.number if before else 0) + 1
            alert = joined(found, heard.id, crisis_answer(number, way, now) if again else None)
            alert = heard_again(alert, now) if red else alert
        try:
            stored = ports.alerts.save(alert, next_alert_due(alert, now), write_id=ports.ids.token())
        except Conflict:
            continue
        with suppress(TryAgain):
            work_alert(stored, ports)
        return
    raise TryAgain("take_stray: too many writers of one alert")


def _episode(heard: Heard, clinic: Clinic, tier: Tier, ports: Ports) -> tuple[AlertId, Alert | None]:
    """Return the name of this phone's alert of today, and the alert if it is there.

    One that was resolved keeps its name, its disposition and its note: what comes after is another one.
    """
    about = f"{clinic.id}.{heard.sender}.{heard.at.date().isoformat()}.{tier.value}"
    for number in range(EPISODES_MAX):
        name = alert_id(NO_ONE, f"{about}.{number}" if number else about)
        found = ports.alerts.get(clinic.id, name)
        if found is None or found.state is not AlertState.RESOLVED or heard.id in found.causes:
            return name, found
    raise TryAgain("take_stray: one phone, too many alerts in a day")


def language_of(verdict: Verdict, clinic: Clinic) -> str:
    """Return the language of what alarmed us, else the clinic's first."""
    spanish = [name.startswith("es.") for name in verdict.matched]
    return "es" if spanish and all(spanish) else clinic.languages[0]
