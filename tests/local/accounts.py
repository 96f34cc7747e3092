"""Holds what a rehearsal wrote against what its script says. Every check returns its faults, in words."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from tests.local.script_truth import Json, Truth, instant, kind_of

Check = Callable[[Truth, Sequence[Json]], Iterator[str]]
FROM, UNTIL = time(9), time(20)
ANY_HOUR = {"safety", "opt_out", "help", "crisis", "after_hours", "manual"}
HANGS_ON_NONE = {"opt_in", "opt_out", "help", "crisis", "after_hours", "manual"}
COUNTED = {"reminder", "check_in", "measure", "education"}
PER_DAY, PER_WEEK = 2, 6
TELLING = re.compile(r"k[eé]tamin|esk[ae]tamin|spravato|depres|suicid|phq|gad-7", re.IGNORECASE)


def messages(output: Sequence[Json]) -> Iterator[tuple[datetime, str, Json]]:
    """Yield (at, channel, message) of everything that left."""
    for line in output:
        kind = kind_of(line)
        if kind in ("sms", "email"):
            yield instant(line["at"]), kind, line[kind]


def of(output: Sequence[Json], kind: str) -> list[tuple[datetime, Json]]:
    """Return (at, content) of the lines of one kind."""
    return [(instant(line["at"]), line[kind]) for line in output if kind in line]


def no_message_without_a_live_consent(truth: Truth, output: Sequence[Json]) -> Iterator[str]:
    for at, channel, message in messages(output):
        standing = truth.consents(message["patient_id"], at)
        kind = message["kind"]
        if kind in ("opt_out", "help"):
            continue
        purpose = "education" if kind == "education" else "care"
        allowed = (channel, purpose) in standing
        if kind == "opt_in":
            allowed = any(c == channel for c, _ in standing)
        if not allowed:
            yield f"{message['touch_id']} left at {at} by {channel} with only {sorted(standing)}"


def only_to_the_patients_own_address(truth: Truth, output: Sequence[Json]) -> Iterator[str]:
    for at, channel, message in messages(output):
        own = truth.contact(message["patient_id"], "phone" if channel == "sms" else "email", at)
        if message["to"] != own:
            yield f"{message['touch_id']} went to {message['to']}, the patient's is {own}"


def nothing_at_an_indecent_hour(truth: Truth, output: Sequence[Json]) -> Iterator[str]:
    for at, _, message in messages(output):
        local = at.astimezone(truth.zone(message["patient_id"], at))
        if message["kind"] not in ANY_HOUR and not FROM <= local.time() < UNTIL:
            yield f"{message['touch_id']} left at {local.time()} of the patient's clock"


def nothing_twice(truth: Truth, output: Sequence[Json]) -> Iterator[str]:
    settled = [message["touch_id"] for _, _, message in messages(output)]
    settled += [dropped["touch_id"] for _, dropped in of(output, "not_sent")]
    yield from (f"{touch_id} ended {n} times" for touch_id, n in Counter(settled).items() if n > 1)
    last: dict[tuple[str, str], datetime] = {}
    for at, channel, message in messages(output):
        words = (message["to"], message["body"] if channel == "sms" else message["text"])
        if message["kind"] != "help" and words in last and at - last[words] < timedelta(hours=20):
            yield f"{message['touch_id']} repeats word for word what left at {last[words]}"
        last[words] = at


def one_confirmation_and_then_silence_after_stop(truth: Truth, output: Sequence[Json]) -> Iterator[str]:
    for patient_id, _ in truth.enrolled():
        for stopped_at in _first_stops(truth, patient_id):
            back_at = _consent_again(truth, patient_id, stopped_at)
            after = [
                (at, message)
                for at, _, message in messages(output)
                if message["patient_id"] == patient_id and stopped_at <= at and (not back_at or at < back_at)
            ]
            prompt = [
                m for at, m in after if m["kind"] == "opt_out" and at - stopped_at <= timedelta(minutes=5)
            ]
            if len(prompt) != 1:
                yield f"{patient_id} got {len(prompt)} confirmations within five minutes"
            yield from (
                f"{message['touch_id']} left {at - stopped_at} after STOP"
                for at, message in after
                if message not in prompt
            )


def _first_stops(truth: Truth, patient_id: str) -> Iterator[datetime]:
    """Yield each STOP that ended something: not the ones that only repeat it."""
    quiet_until_consent = False
    before: datetime | None = None
    for stopped_at in truth.stops(patient_id):
        if before is not None and quiet_until_consent:
            again = _consent_again(truth, patient_id, before)
            if again is None or again > stopped_at:
                continue
        yield stopped_at
        before, quiet_until_consent = stopped_at, True


def _consent_again(truth: Truth, patient_id: str, after: datetime) -> datetime | None:
    given = [
        event.arrived_at
        for event in truth.events
        if event.name == "ConsentGiven"
        and event.detail["patient_id"] == patient_id
        and event.arrived_at > after
    ]
    return min(given, default=None)


def every_due_touch_is_sent_or_has_a_reason(truth: Truth, output: Sequence[Json]) -> Iterator[str]:
    settled = {message["touch_id"] for _, _, message in messages(output)}
    for _, dropped in of(output, "not_sent"):
        settled.add(dropped["touch_id"])
        if not dropped["reason"]:
            yield f"{dropped['touch_id']} was dropped without a reason"
    # A session that moved after the patient was told has its reminders again, numbered by the move.
    unmoved = {re.sub(r"-[0-9]+$", "", touch_id) for touch_id in settled} | settled
    yield from (f"{touch_id} vanished" for touch_id in sorted(truth.owed() - unmoved))


def nothing_that_no_session_asked_for(truth: Truth, output: Sequence[Json]) -> Iterator[str]:
    known = {e.detail["session"]["id"] for e in truth.events if "session" in e.detail}
    for _, _, message in messages(output):
        if message["session_id"] is None and message["kind"] not in HANGS_ON_NONE:
            yield f"{message['touch_id']} hangs on no session"
        if message["session_id"] is not None and message["session_id"] not in known:
            yield f"{message['touch_id']} hangs on a session nobody named"


def no_more_texts_than_promised(truth: Truth, output: Sequence[Json]) -> Iterator[str]:
    texts: dict[str, list[datetime]] = {}
    for at, channel, message in messages(output):
        # Word that a visit has moved is never held back, though it uses up a text.
        if channel == "sms" and message["kind"] in COUNTED and ".moved" not in message["touch_id"]:
            texts.setdefault(message["patient_id"], []).append(at)
    for patient_id, times in texts.items():
        days = Counter(at.astimezone(truth.zone(patient_id, at)).date() for at in times)
        yield from (f"{patient_id} got {n} texts on {day}" for day, n in days.items() if n > PER_DAY)
        for first in times:
            week = sum(first <= at < first + timedelta(days=7) for at in times)
            if week > PER_WEEK:
                yield f"{patient_id} got {week} texts in the week from {first}"


def nothing_telling_on_a_locked_screen(truth: Truth, output: Sequence[Json]) -> Iterator[str]:
    for _, channel, message in messages(output):
        shown = message["body"] if channel == "sms" else message["subject"]
        if TELLING.search(shown):
            yield f"{message['touch_id']} shows {shown!r}"
        if channel == "sms" and (message["segments"] > 2 or message["encoding"] != "GSM-7"):
            yield f"{message['touch_id']} takes {message['segments']} parts of {message['encoding']}"
        if channel == "sms" and message["kind"] == "safety" and "988" not in shown:
            yield f"{message['touch_id']} is a safety text without the crisis line"


_IDS = {"touch_id", "patient_id", "session_id", "kind"}
_FIELDS: dict[str, set[str]] = {
    "sms": {"to", "from", "body", "segments", "encoding", *_IDS},
    "email": {"to", "from", "subject", "text", "html", "headers", *_IDS},
    "task": {"patient_id", "kind", "reason"},
    "not_sent": {"reason", *_IDS},
    "measure": {"patient_id", "code", "total", "complete"},
    "page": {"to", "channel", "body", "alert_id", "step"},
    "alert": {"id", "patient_id", "tier", "reason", "state"},
    "event": {"source", "detail-type", "detail"},
    "refused": {"line", "reason"},
}


def every_line_has_its_fixed_fields(truth: Truth, output: Sequence[Json]) -> Iterator[str]:
    before: datetime | None = None
    for number, line in enumerate(output, start=1):
        kind, at = kind_of(line), instant(line["at"])
        if before is not None and at < before:
            yield f"line {number} is out of time order"
        before = at
        content: dict[str, Any] = line[kind]
        if set(content) != _FIELDS.get(kind):
            yield f"line {number}: {kind} has {sorted(content)}"
        if kind in ("sms", "email") and content["kind"] is None:
            yield f"line {number}: a message without a kind"


CHECKS: tuple[Check, ...] = (
    no_message_without_a_live_consent,
    only_to_the_patients_own_address,
    nothing_at_an_indecent_hour,
    nothing_twice,
    one_confirmation_and_then_silence_after_stop,
    every_due_touch_is_sent_or_has_a_reason,
    nothing_that_no_session_asked_for,
    no_more_texts_than_promised,
    nothing_telling_on_a_locked_screen,
    every_line_has_its_fixed_fields,
)
