"""One text of Ada's and what was there when it came."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aftercare.domain.alert import Alert
from aftercare.domain.clinic import Clinic
from aftercare.domain.consent import Channel
from aftercare.domain.conversation import Turn, turn
from aftercare.domain.followup import Followup, OpenAlert
from aftercare.domain.heard import Context, Heard
from aftercare.domain.ids import SessionId, TouchId
from aftercare.domain.protocol import Kind
from aftercare.domain.records import ConsentProof, Measure, Reply, Sent, Task, Thread
from aftercare.domain.reply import Understood
from aftercare.domain.screen_lexicon import Verdict
from aftercare.domain.tier import Tier
from tests.building import ADAS_PHONE, NOON, a_followup, completed
from tests.unit.domain.alarming import EVERYBODY, HOUR, clinic_with

GREEN = Verdict(Tier.GREEN)
AMBER = Verdict(Tier.AMBER, ("craving",))
RED = Verdict(Tier.RED, ("suicide",))
CLINIC = clinic_with(*EVERYBODY)


def heard(body: str = "hello", at: datetime = NOON, **changes: Any) -> Heard:
    usual: dict[str, Any] = {
        "id": "in-1",
        "at": at,
        "channel": Channel.SMS,
        "sender": ADAS_PHONE,
        "body": body,
        "written": body,
    }
    return Heard(**{**usual, **changes})


def sent(words: str, at: datetime = NOON - HOUR, kind: Kind = Kind.CHECK_IN, **changes: Any) -> Sent:
    """Return a message of ours about session 1."""
    usual: dict[str, Any] = {
        "touch_id": TouchId(f"ses-1.{words}"),
        "session_id": SessionId("ses-1"),
        "kind": kind,
        "claimed_at": at,
        "channel": Channel.SMS,
        "to": ADAS_PHONE,
        "words_id": words,
        "revision": "0a1b2c3d",
        "language": "en",
        "text": "Hudson Clinic: how are you?",
        "subject": None,
        "provider_id": f"msg-{words}",
    }
    return Sent(**{**usual, **changes})


def after_a_visit(ago: timedelta = 3 * HOUR, **changes: Any) -> Followup:
    """Return Ada's follow-up, home from her first visit for so long."""
    return a_followup(completed(NOON - ago), **changes)


def knowing(followup: Followup, *alerts: Alert, texted_at: datetime | None = None) -> Followup:
    """Return the follow-up with these alerts open."""
    seen = {a.id: OpenAlert(a.tier is Tier.RED, a.reason, a.raised_at, texted_at=texted_at) for a in alerts}
    return Followup(**{**_fields(followup), "alerts": seen})


def _fields(followup: Followup) -> dict[str, Any]:
    return {name: getattr(followup, name) for name in Followup.__dataclass_fields__}


@dataclass(frozen=True)
class Said:
    """One turn of the conversation; what is not said is as plain as can be: we asked in the evening."""

    meaning: Understood
    found: Verdict = GREEN
    text: Heard = field(default_factory=heard)
    followup: Followup = field(default_factory=after_a_visit)
    sent: tuple[Sent, ...] = field(default_factory=lambda: (sent("evening"),))
    open_red: Alert | None = None
    clinic: Clinic = CLINIC
    already_answered: bool = False

    def turn(self) -> Turn:
        context = Context(self.sent, Thread(), self.open_red, self.clinic, self.already_answered)
        return turn(self.text, self.meaning, self.found, self.followup, context, self.text.at)


def tasks(said: Turn) -> list[str]:
    return [record.kind.value for record in said.records if isinstance(record, Task)]


def notices(said: Turn) -> list[str]:
    return [notice.kind.value for notice in said.followup.notices.values()]


def raised_by(said: Turn) -> list[tuple[str, str]]:
    return [(alert.tier.value, alert.reason) for alert in said.alerts]


def the_reply(said: Turn) -> Reply:
    (found,) = [record for record in said.records if isinstance(record, Reply)]
    return found


def measures(said: Turn) -> list[Measure]:
    return [record for record in said.records if isinstance(record, Measure)]


def proofs(said: Turn) -> list[ConsentProof]:
    return [record for record in said.records if isinstance(record, ConsentProof)]


def agreed_by(followup: Followup) -> set[str]:
    """Return what the patient agrees to, as ``sms care``."""
    return {f"{c.value} {p.value}" for (c, p), s in followup.standings.items() if s.agreed}
