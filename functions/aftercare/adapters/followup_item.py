"""How a follow-up is written down: short names, because its size is what every claim costs.

DynamoDB rounds a write up to the next kilobyte, so the whole patient fits one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from aftercare.adapters.attributes import Item, instant, item, maybe_instant, maybe_ms, ms, plain
from aftercare.adapters.session_text import Course, mark_text, session_text, to_mark, to_session
from aftercare.domain.consent import Channel, ConsentKey, Purpose, Standing
from aftercare.domain.followup import Followup, Notice, OpenAlert
from aftercare.domain.ids import (
    AlertId,
    ClinicId,
    CourseId,
    PatientId,
    ProtocolId,
    SessionId,
    TouchId,
    stable_fraction,
)
from aftercare.domain.patient import Contact
from aftercare.domain.protocol import Kind

# One shard clears 1,000 claims a second (the write limit of one index key); a million touches a day with
# a tenth of them in one minute need two.
SHARDS = 4
FOLLOWUP = "FOLLOWUP"
# Read by the same query as the patient and the messages, behind both.
THREAD = "FOLLOWUP~THREAD"


def patient_pk(clinic_id: ClinicId, patient_id: PatientId) -> str:
    """Return the partition of one patient of one clinic. ``#`` is no part of any id."""
    return f"{clinic_id}#{patient_id}"


def shard_of(clinic_id: ClinicId, patient_id: PatientId) -> str:
    return str(int(stable_fraction(clinic_id, patient_id) * SHARDS))


def consent_name(key: ConsentKey) -> str:
    """Return how a consent is named in the item's ``agreed`` set, which the claim's condition reads."""
    return f"{key[0].value}.{key[1].value}"


def to_item(followup: Followup, write_id: str, due_ms: int | None) -> Item:
    """Return the item to write. Its version is one more than the one that was read."""
    contact = followup.contact
    courses = list(dict.fromkeys((s.protocol, s.course_id) for s in followup.sessions.values()))
    moods = followup.moods
    agreed = frozenset(consent_name(key) for key, s in followup.standings.items() if s.agreed)
    return item(
        {
            "pk": patient_pk(followup.clinic_id, followup.patient_id),
            "sk": FOLLOWUP,
            "v": followup.version + 1,
            "w": write_id,
            "due_shard": shard_of(followup.clinic_id, followup.patient_id) if due_ms is not None else None,
            "due_at": due_ms,
            "agreed": set(agreed) or None,
            "l": contact.language,
            "z": contact.time_zone,
            "u": contact.accepts_unencrypted,
            "p": contact.phone,
            "e": contact.email,
            "en": ms(followup.enrolled_at),
            "st": {consent_name(k): _standing(s) for k, s in followup.standings.items()},
            "co": tuple(f"{protocol} {course_id}" for protocol, course_id in courses),
            "se": {s.id: session_text(s, courses) for s in followup.sessions.values()},
            "no": {n.id: _notice(n) for n in followup.notices.values()},
            "ch": {name: ms(at) for name, at in followup.changed.items()},
            "re": tuple(ms(at) for at in followup.recent),
            "ls": _last_sent(followup),
            "ta": " ".join(sorted(followup.taught)) or None,
            "oi": maybe_ms(followup.opted_in_at),
            "so": maybe_ms(followup.stopped_at),
            "an": None if _says_when(moods, followup) else maybe_ms(followup.answered_at),
            "mo": "".join(_mood(at, score) for at, score in moods) or None,
            "ua": tuple(ms(at) for at in followup.unanswered),
            "ri": followup.at_risk or None,
            "al": {i: _alert(alert) for i, alert in followup.alerts.items()},
            "ah": maybe_ms(followup.after_hours_at),
            "tu": maybe_ms(followup.talk_until),
            "ur": {channel.value for channel in followup.unreachable},
            "pa": maybe_ms(followup.paused_until),
            "cl": maybe_ms(followup.closed_at),
            "cr": followup.closed_reason,
            "fa": " ".join(followup.facts) or None,
            "aw": followup.awaited or None,
        }
    )


def from_item(stored: Mapping[str, Any]) -> Followup:
    """Return the follow-up that ``to_item`` wrote."""
    raw = plain(stored)
    moods = _to_moods(raw.get("mo", ""))
    courses = [_course(text) for text in raw.get("co", ())]
    clinic_id, patient_id = raw["pk"].split("#")
    return Followup(
        clinic_id=ClinicId(clinic_id),
        patient_id=PatientId(patient_id),
        contact=Contact(raw["l"], raw["z"], raw["u"], raw.get("p"), raw.get("e")),
        standings={_consent_key(name): _to_standing(s) for name, s in raw.get("st", {}).items()},
        enrolled_at=instant(raw["en"]),
        sessions={SessionId(i): to_session(SessionId(i), s, courses) for i, s in raw.get("se", {}).items()},
        notices={TouchId(i): _to_notice(TouchId(i), n) for i, n in raw.get("no", {}).items()},
        changed={name: instant(at) for name, at in raw.get("ch", {}).items()},
        recent=tuple(instant(at) for at in raw.get("re", ())),
        last_sent_at=_to_last_sent(raw),
        taught=frozenset(raw.get("ta", "").split()),
        opted_in_at=maybe_instant(raw.get("oi")),
        stopped_at=maybe_instant(raw.get("so")),
        answered_at=maybe_instant(raw.get("an")) or (moods[-1][0] if moods else None),
        moods=moods,
        unanswered=tuple(instant(at) for at in raw.get("ua", ())),
        at_risk=raw.get("ri", False),
        alerts={AlertId(i): _to_alert(alert) for i, alert in raw.get("al", {}).items()},
        after_hours_at=maybe_instant(raw.get("ah")),
        talk_until=maybe_instant(raw.get("tu")),
        unreachable=frozenset(Channel(channel) for channel in raw.get("ur", ())),
        paused_until=maybe_instant(raw.get("pa")),
        closed_at=maybe_instant(raw.get("cl")),
        closed_reason=raw.get("cr"),
        facts=tuple(raw.get("fa", "").split()),
        awaited="aw" in raw,
        version=int(raw["v"]),
    )


# One mood: the minute since the epoch as five digits of base 36 (until 2084), and the score as one.
_MOOD = 6
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def _mood(at: datetime, score: int) -> str:
    minute, text = ms(at) // 60_000, _DIGITS[score]
    for _ in range(_MOOD - 1):
        minute, digit = divmod(minute, 36)
        text = _DIGITS[digit] + text
    return text


_NEVER = -1


def _last_sent(followup: Followup) -> int | None:
    """Return when anything was last claimed; nothing when the last counted text says it."""
    last, counted = followup.last_sent_at, followup.recent[-1:]
    if counted and last is None:
        return _NEVER
    return None if last in counted else maybe_ms(last)


def _to_last_sent(raw: Mapping[str, Any]) -> datetime | None:
    counted = raw.get("re", ())
    said = raw.get("ls", counted[-1] if counted else None)
    return None if said == _NEVER else maybe_instant(said)


def _says_when(moods: Sequence[tuple[datetime, int]], followup: Followup) -> bool:
    """Say whether the latest mood tells by itself when the question was last answered."""
    return bool(moods) and moods[-1][0] == followup.answered_at


def _to_moods(text: str) -> tuple[tuple[datetime, int], ...]:
    each = (text[start : start + _MOOD] for start in range(0, len(text), _MOOD))
    return tuple((instant(int(one[:-1], 36) * 60_000), int(one[-1], 36)) for one in each)


def _alert(alert: OpenAlert) -> dict[str, Any]:
    pairs = {
        "t": "r" if alert.red else "a",
        "r": alert.reason,
        "at": ms(alert.raised_at),
        "k": alert.acknowledged or None,
        "x": maybe_ms(alert.texted_at),
    }
    return {name: value for name, value in pairs.items() if value is not None}


def _to_alert(raw: Mapping[str, Any]) -> OpenAlert:
    acknowledged = raw.get("k", False)
    return OpenAlert(raw["t"] == "r", raw["r"], instant(raw["at"]), acknowledged, maybe_instant(raw.get("x")))


def _course(text: str) -> Course:
    protocol, course_id = text.split(" ", 1)
    return ProtocolId(protocol), CourseId(course_id)


def _consent_key(name: str) -> ConsentKey:
    channel, purpose = name.split(".")
    return Channel(channel), Purpose(purpose)


def _standing(standing: Standing) -> dict[str, Any]:
    pairs = {
        "g": maybe_ms(standing.given_at),
        "s": maybe_ms(standing.stated_at) if standing.stated_at != standing.given_at else None,
        "a": maybe_ms(standing.address_at),
        "w": _withdrawn(standing),
        "x": standing.expires_on.toordinal() if standing.expires_on else None,
    }
    return {k: v for k, v in pairs.items() if v is not None}


def _withdrawn(standing: Standing) -> int | None:
    """Return when it ended; below zero where the patient's own word ended it, which costs one byte."""
    at = maybe_ms(standing.withdrawn_at)
    return -at if at is not None and standing.own else at


def _to_standing(raw: Mapping[str, Any]) -> Standing:
    expires = date.fromordinal(raw["x"]) if "x" in raw else None
    given_at = maybe_instant(raw.get("g"))
    return Standing(
        given_at=given_at,
        stated_at=maybe_instant(raw.get("s")) or given_at,
        withdrawn_at=instant(abs(raw["w"])) if "w" in raw else None,
        address_at=maybe_instant(raw.get("a")),
        expires_on=expires,
        own=raw.get("w", 0) < 0,
    )


def _notice(notice: Notice) -> dict[str, Any]:
    pairs = {
        "k": notice.kind.value,
        "d": ms(notice.due_at),
        "m": mark_text(notice.mark) if notice.mark else None,
        "c": notice.channel.value if notice.channel is not Channel.SMS else None,
    }
    return {k: v for k, v in pairs.items() if v is not None}


def _to_notice(notice_id: TouchId, raw: Mapping[str, Any]) -> Notice:
    mark = to_mark(raw["m"]) if "m" in raw else None
    return Notice(notice_id, Kind(raw["k"]), instant(raw["d"]), mark, Channel(raw.get("c", "sms")))


def with_next_version(followup: Followup) -> Followup:
    return replace(followup, version=followup.version + 1)
