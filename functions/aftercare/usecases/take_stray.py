"""Take a text that belongs to no single patient: a person decides whose it is, danger does not wait."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from aftercare.domain.alert import TEXT_AGAIN, Alert, AlertState, joined
from aftercare.domain.clinic import Clinic
from aftercare.domain.consent import Channel
from aftercare.domain.errors import Conflict, TryAgain
from aftercare.domain.heard import Heard
from aftercare.domain.ids import NO_ONE, AlertId, ClinicId, alert_id
from aftercare.domain.ladder import heard_again, next_alert_due, raised, said_safe
from aftercare.domain.questions import asks_safe
from aftercare.domain.raising import Way, crisis_answer, crisis_words
from aftercare.domain.records import Task, TaskKind
from aftercare.domain.reply import No, Stop, Understood, Yes
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
    meaning: Understood,
    ports: Ports,
) -> bool:
    """Keep the text and its task, and raise an alert where it holds danger.

    Args:
        heard: The text.
        clinics: Those behind the number it was sent to.
        owners: The patients who share the sender's number; none for an unknown number.
        verdict: What the screen found.
        meaning: What it says; a yes or no answers the crisis text that this phone got.
        ports: The outside.

    Returns:
        Whether a crisis text to this phone says that its STOP was heard: the one confirmation.

    Raises:
        TryAgain: The store is busy; the queue brings the text again.
    """
    confirmed = False
    if not clinics and heard.automatic is None:
        _park(heard, verdict, ports)
    for clinic_id in dict.fromkeys(c for c, _ in owners) or clinics[:1] or (NOBODY,):
        _keep(clinic_id, heard, len(owners), ports)
        clinic = ports.clinics.get(clinic_id)
        alarming = verdict.tier is not Tier.GREEN or isinstance(meaning, Yes | No)
        # A machine of a patient's may carry the patient's words; a stranger's is somebody's newsletter.
        wrote_here = heard.automatic is None or bool(owners)
        if clinic is not None and alarming and wrote_here:
            confirmed |= _alert(heard, clinic, verdict, meaning, ports)
    return confirmed


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
    by_text = heard.channel is Channel.SMS
    what, where = ("text", "number") if by_text else ("mail", "address")
    reason = f"Several patients share this {where}: read the {what} and decide whose it is."
    if not owners:
        came = "A text came from a number" if by_text else "A mail came from an address"
        reason = f"{came} that no patient has: read it and decide."
    now = ports.clock.now()
    task = Task(f"{kind.value}.{heard.id}", clinic_id, None, kind, reason, now)
    ports.tasks.keep_stray(clinic_id, heard.id, heard.at, heard.sender, heard.body, task)


def _alert(heard: Heard, clinic: Clinic, verdict: Verdict, meaning: Understood, ports: Ports) -> bool:
    """Raise one alert a day for one phone, or join the one that is open; answer the phone, no machine.

    Returns:
        Whether the crisis text for it confirms an opt-out.
    """
    for _ in range(ATTEMPTS):
        now = ports.clock.now()
        name, found = _found(heard, clinic, verdict, meaning, ports)
        if found is not None and heard.id in found.causes:
            # A repeated delivery; what was begun goes on by itself.
            return isinstance(meaning, Stop) and _says_stop(found)
        if found is None and verdict.tier is Tier.GREEN:
            return False  # a yes or no to nothing that we asked
        stops = isinstance(meaning, Stop)
        words = crisis_words(clinic, now, medical=verdict.medical, opted_out=stops)
        way = Way(heard.channel, heard.sender, language_of(verdict, clinic), words)
        if found is None:
            owed = verdict.tier is Tier.RED and heard.automatic is None
            answer = crisis_answer(1, way, now) if owed else None
            fresh = Alert(name, clinic.id, NO_ONE, verdict.tier, reason_of(verdict), now, answer=answer)
            alert = raised(replace(fresh, causes=(heard.id,)), clinic)
        else:
            alert = _joined(found, heard, way, verdict, meaning, now)
        try:
            stored = ports.alerts.save(alert, next_alert_due(alert, now), write_id=ports.ids.token())
        except Conflict:
            continue
        with suppress(TryAgain):
            work_alert(stored, ports)
        told = found.answer if found is not None else None
        return alert.answer != told and _says_stop(alert)
    raise TryAgain("take_stray: too many writers of one alert")


def _joined(
    found: Alert, heard: Heard, way: Way, verdict: Verdict, meaning: Understood, now: datetime
) -> Alert:
    """Add one more text to the alert of its phone; a yes or no answers whether they are safe."""
    before, red = found.answer, verdict.tier is Tier.RED
    rested = before is None or now - before.due_at >= TEXT_AGAIN
    again = red and heard.automatic is None and rested
    number = (before.number if before else 0) + 1
    alert = joined(found, heard.id, crisis_answer(number, way, now) if again else None)
    if isinstance(meaning, Yes | No) and asks_safe(found, heard):
        return said_safe(alert, safe=isinstance(meaning, Yes), now=now)
    return heard_again(alert, now) if red else alert


def _says_stop(alert: Alert) -> bool:
    return alert.answer is not None and alert.answer.words.endswith("_stop")


def _found(
    heard: Heard, clinic: Clinic, verdict: Verdict, meaning: Understood, ports: Ports
) -> tuple[AlertId, Alert | None]:
    """Return the alert that a yes or no answers, else the one of what was found in the text."""
    if isinstance(meaning, Yes | No):
        name, asking = _episode(heard, clinic, Tier.RED, ports)
        if verdict.tier is Tier.RED or asks_safe(asking, heard):
            return name, asking
    return _episode(heard, clinic, verdict.tier, ports)


def _episode(heard: Heard, clinic: Clinic, tier: Tier, ports: Ports) -> tuple[AlertId, Alert | None]:
    """Return the name of this phone's alert, and the alert if it is there: yesterday's while it is open.

    Midnight parts no episode. One that was resolved keeps its name, its disposition and its note: what
    comes after is another one. All are read in one call, for the crisis text waits for it.
    """
    today = heard.at.date()
    names = [
        alert_id(NO_ONE, f"{clinic.id}.{heard.sender}.{day.isoformat()}.{tier.value}{again}")
        for day in (today - timedelta(days=1), today)
        for again in ("", *(f".{number}" for number in range(1, EPISODES_MAX)))
    ]
    known = ports.alerts.get_many(clinic.id, names)
    there = [known[name] for name in names if name in known]
    found = next((one for one in there if heard.id in one.causes), None)
    found = found or next((one for one in there if one.state is not AlertState.RESOLVED), None)
    if found is not None:
        return found.id, found
    for name in names[EPISODES_MAX:]:
        if name not in known:
            return name, None
    raise TryAgain("take_stray: one phone, too many alerts in a day")


def language_of(verdict: Verdict, clinic: Clinic) -> str:
    """Return the language of what alarmed us, else the clinic's first."""
    spanish = [name.startswith("es.") for name in verdict.matched]
    return "es" if spanish and all(spanish) else clinic.languages[0]
