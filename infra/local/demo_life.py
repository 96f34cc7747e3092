"""What the demo's people do about a message: patients answer or do not, carriers report, staff see to it.

Nothing is drawn: the same message brings the same answer at the same time, on every run.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from aftercare.content.load_protocols import load_protocols
from infra.local.carrier import EmailOut, SmsOut
from infra.local.demo_course import chance, form_answers, letters, mood
from infra.local.demo_people import CLINIC_NUMBER, CLINIC_ZONE, NOW, PEOPLE, DemoPerson, Turn
from infra.local.postbag import ids_of
from infra.local.script import Line

_CHECK_INS = frozenset({"evening", "day1", "day3", "week1", *(f"week{n}" for n in range(3, 9))})
_RECEIPT_AFTER = timedelta(seconds=3)
_NIGHT, _MORNING = 22, 8
# Whoever goes silent did so three weeks ago; whoever's phone is off, a few days ago.
_SILENT_SINCE, _PHONE_OFF_SINCE = NOW - timedelta(weeks=3), NOW - timedelta(days=6)
_WORDS = {
    "en": ("slept well", "tired but ok", "a walk helped", "back at work today", "quiet day"),
    "es": ("dormí bien", "cansada pero bien", "salí a caminar", "hoy volví al trabajo", "día tranquilo"),
}


@lru_cache(maxsize=256)
def _measures(protocol: str, step: str) -> tuple[str, ...]:
    steps = load_protocols()[protocol].steps  # type: ignore[index]
    return next((tuple(one.measures) for one in steps if one.key == step), ())


def answers(message: SmsOut | EmailOut, now: datetime) -> Iterator[Line]:
    """Yield what a message brings about, later: a text back, a form, the carrier's word on it."""
    ids = ids_of(message)
    person, touch = PEOPLE.get(ids.get("patient", "")), ids.get("touch")
    if person is None or touch is None:
        return
    yield from _receipt(person, message, touch, now)
    if isinstance(message, EmailOut) or touch.partition(".")[0] in PEOPLE:
        return
    step = touch.rpartition(".")[2]
    always = person.turn is Turn.ITEM_NINE
    if _is_silent(person, now) or (chance(person.id, touch, "answers") >= person.answers and not always):
        return
    if measures := _measures(person.protocol, step):
        yield _form(person, touch, measures, now)
    elif step in _CHECK_INS or (step == "discharge" and chance(touch, "at once") < 30):
        yield _text(person, touch, step, now)


def _is_silent(person: DemoPerson, now: datetime) -> bool:
    return person.turn is Turn.SILENT and now > _SILENT_SINCE


# ---- the carrier


def _receipt(person: DemoPerson, message: SmsOut | EmailOut, touch: str, now: datetime) -> Iterator[Line]:
    what: dict[str, Any]
    if isinstance(message, EmailOut):
        bounced = person.turn is Turn.BOUNCES and touch.endswith("-3.learn")
        what = {"touch_id": touch, "event_type": "Bounce" if bounced else "Delivery"}
        if not message.suppressed:
            more = {"bounce_type": "Permanent"} if bounced else {}
            yield Line(0, now + _RECEIPT_AFTER, "email_receipt", {**what, **more})
        return
    off = person.turn is Turn.UNDELIVERED and now > _PHONE_OFF_SINCE
    what = {"touch_id": touch, "event_type": "TEXT_UNREACHABLE" if off else "TEXT_DELIVERED"}
    yield Line(0, now + _RECEIPT_AFTER, "sms_receipt", what)


# ---- patients


def _text(person: DemoPerson, touch: str, step: str, now: datetime) -> Line:
    at = _waking(person, now + timedelta(minutes=4 + chance(touch, "wait") ** 2 // 40))
    said = [str(mood(person, at, touch))]
    if named := letters(person, touch):
        said.append(named)
    body = " ".join(said)
    if step != "evening" and chance(touch, "words") < 12:
        words = _WORDS[person.language]
        body += f", {words[chance(touch, 'which') % len(words)]}"
    what = {"from": person.phone, "to": CLINIC_NUMBER, "body": body, "id": f"re-{touch}"}
    return Line(0, at, "sms", what)


def _form(person: DemoPerson, touch: str, measures: tuple[str, ...], now: datetime) -> Line:
    at = _waking(person, now + timedelta(minutes=20 + 15 * chance(touch, "wait")))
    filled = form_answers(person, measures, at, touch)
    what = {"touch_id": touch, "birth_date": person.born_on.isoformat(), "answers": filled}
    return Line(0, at, "form", what)


def _waking(person: DemoPerson, at: datetime) -> datetime:
    """Move an answer out of the person's night."""
    local = at.astimezone(person.zone)
    if local.hour >= _NIGHT:
        local += timedelta(days=1)
    if local.hour >= _NIGHT or local.hour < _MORNING:
        local = local.replace(hour=_MORNING, minute=local.minute // 2 + 7)
    return local


# ---- staff, up to the demo's now; from then on it is whoever sits before the screen

_SEEN = {
    "red": ("spoke_with_patient", "Spoke by phone. Safe tonight, sister is staying. Safety plan gone over."),
    "bladder": (
        "spoke_with_patient",
        "Called. To drink more, and to be seen if it is not gone by Friday.",
    ),
    "mood_low": ("spoke_with_patient", "Called. A hard week at home, no thoughts of harm. Next visit kept."),
    "mood_fell": ("spoke_with_patient", "Called. Slept badly. Will text again tomorrow; visit as planned."),
    "phq9_rose": (
        "seen_in_clinic",
        "Seen at the visit. Plan gone over with Dr. Lena; one more visit.",
    ),
    "other": ("left_message", "Left a message, then reached in the afternoon. Doing all right."),
}
_STILL_OPEN: frozenset[str] = frozenset(
    one.id for one in PEOPLE.values() if one.turn in (Turn.RED_NOW, Turn.AMBER_NOW, Turn.AMBER_LETTER)
)
_LATELY = timedelta(hours=20)


def staff_answers(alert: Mapping[str, Any], now: datetime) -> Iterator[Line]:
    """Yield what named staff do about an alert just raised."""
    red, alert_id = alert["tier"] == "red", alert["id"]
    if alert["patient_id"] in _STILL_OPEN and now > NOW - _LATELY:
        return
    wait = timedelta(minutes=2 + chance(alert_id, "seen") % 7) if red else timedelta()
    seen_at = now + wait if red else _open_hours(now + timedelta(minutes=25 + chance(alert_id, "seen")))
    done_at = seen_at + timedelta(minutes=18 + chance(alert_id, "done") % 40)
    if done_at >= NOW:
        return
    by = _on_duty(seen_at)
    disposition, note = _SEEN.get("red" if red else alert["reason"], _SEEN["other"])
    yield Line(0, seen_at, "staff", {"do": "acknowledge", "alert_id": alert_id, "by": by})
    what = {"do": "resolve", "alert_id": alert_id, "by": by, "disposition": disposition, "note": note}
    yield Line(0, done_at, "staff", what)


# Staff are behind with these by so much: unanswered since yesterday, not yet called since Thursday.
_BEHIND = {"call_patient": timedelta(days=4), "not_delivered": timedelta(days=3)}
_DONE = {
    "unread_reply": "Read and answered.",
    "side_effects": "Read; as expected on the day of a visit.",
    "call_patient": "Called, reached at the second try. Doing all right.",
    "not_delivered": "Called; the phone was off. Number is right.",
    "tell_in_person": "Told in person before leaving.",
    "wrong_number": "Called the number on file of the next of kin; new number asked for.",
    "opted_out": "Noted in the chart; will be called instead.",
}


def staff_closes(task_id: str, kind: str, now: datetime) -> Iterator[Line]:
    """Yield how named staff close a task just opened, if they came to it before the demo's now."""
    at = _open_hours(now + timedelta(minutes=30 + 2 * chance(task_id, "done")))
    if at < NOW and now < NOW - _BEHIND.get(kind, _LATELY):
        note = _DONE.get(kind, "Looked into, done.")
        yield Line(0, at, "close", {"task_id": task_id, "by": _on_duty(at), "note": note})


def _on_duty(at: datetime) -> str:
    hour = at.astimezone(CLINIC_ZONE).hour
    return "nora" if 7 <= hour < 19 else "tomas"


def _open_hours(at: datetime) -> datetime:
    """Move what can wait into the clinic's weekday."""
    local = at.astimezone(CLINIC_ZONE)
    if local.hour >= 17:
        local = (local + timedelta(days=1)).replace(hour=9)
    if local.hour < 9:
        local = local.replace(hour=9)
    while local.weekday() > 4:
        local = (local + timedelta(days=1)).replace(hour=9)
    return local
