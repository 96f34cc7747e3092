"""From concerns to alerts: what is new, what belongs to an alert that is open already."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from aftercare.domain.alert import TEXT_AGAIN, Alert, AlertState, Answer, acknowledged, joined, resolved
from aftercare.domain.clinic import Clinic
from aftercare.domain.concern import Concern
from aftercare.domain.consent import Channel, Purpose
from aftercare.domain.decide import TALK_HELD
from aftercare.domain.followup import Followup, OpenAlert
from aftercare.domain.ids import AlertId, alert_id
from aftercare.domain.ladder import heard_again, raised
from aftercare.domain.on_call import is_open
from aftercare.domain.settle import woken
from aftercare.domain.tier import Tier


@dataclass(frozen=True, slots=True)
class Way:
    """How to answer: the way the patient wrote, in these words; ``otherwise``: a mail address."""

    channel: Channel
    to: str
    language: str
    words: str
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class Raised:
    """The patient, and the alerts to store with them."""

    followup: Followup
    alerts: tuple[Alert, ...] = ()

    @property
    def red(self) -> Alert | None:
        return next((alert for alert in self.alerts if alert.tier is Tier.RED), None)


def raise_concerns(
    followup: Followup,
    concerns: Sequence[Concern],
    cause: str,
    way: Way | None,
    open_red: Alert | None,
    clinic: Clinic,
    now: datetime,
) -> Raised:
    """Raise what is new. One episode is one red alert, however many texts it has.

    Args:
        followup: The patient.
        concerns: What was found; the reds first decide.
        cause: Id of the text or form. The same one never raises twice.
        way: How to answer, when the patient is to be answered.
        open_red: The patient's red alert that is not resolved, as read; ``None`` if there is none.
        clinic: Its rota.
        now: Aware instant.
    """
    out = Raised(followup)
    red = next((one for one in concerns if one.tier is Tier.RED), None)
    if red is not None:
        out = _red(followup, red, cause, way, open_red, clinic, now)
    for concern in concerns:
        if concern.tier is not Tier.AMBER or _known(out.followup, concern):
            continue
        name = alert_id(followup.patient_id, f"{cause}.{concern.reason}")
        alert = _new(name, out.followup, concern, cause, None, clinic, now)
        out = Raised(_with_open(out.followup, alert, None), (*out.alerts, alert))
    return out


def _known(followup: Followup, concern: Concern) -> bool:
    return any(alert.reason == concern.reason for alert in followup.alerts.values())


def _red(
    followup: Followup,
    concern: Concern,
    cause: str,
    way: Way | None,
    open_red: Alert | None,
    clinic: Clinic,
    now: datetime,
) -> Raised:
    if open_red is None:
        name = alert_id(followup.patient_id, cause)
        answer = crisis_answer(1, way, now) if way else None
        alert = _new(name, followup, concern, cause, answer, clinic, now)
        return Raised(_with_open(followup, alert, now if answer else None), (alert,))
    known = followup.alerts.get(open_red.id)
    texted_at = known.texted_at if known else None
    again = way is not None and (texted_at is None or now - texted_at >= TEXT_AGAIN)
    number = (open_red.answer.number if open_red.answer else 0) + 1
    alert = joined(open_red, cause, crisis_answer(number, way, now) if again and way else None)
    alert = heard_again(alert, now)
    return Raised(_with_open(followup, alert, now if again else texted_at), (alert,))


def _new(
    name: AlertId,
    followup: Followup,
    concern: Concern,
    cause: str,
    answer: Answer | None,
    clinic: Clinic,
    now: datetime,
) -> Alert:
    alert = Alert(
        id=name,
        clinic_id=followup.clinic_id,
        patient_id=followup.patient_id,
        tier=concern.tier,
        reason=concern.reason,
        raised_at=now,
        causes=(cause,),
        answer=answer,
    )
    return raised(alert, clinic)


def crisis_answer(number: int, way: Way, now: datetime) -> Answer:
    """Return the crisis text that is owed by this way."""
    return Answer(number, way.words, way.language, way.channel, way.to, now, otherwise=way.otherwise)


def crisis_words(clinic: Clinic, now: datetime, *, medical: bool, opted_out: bool = False) -> str:
    """Return the id of the crisis text's words.

    A clinic that signed that nobody is on call alerts nobody while it is closed, and must not say so
    (source: clinical-regulatory section 4.3).
    """
    unmonitored = not clinic.on_call and not is_open(clinic, now)
    said = {"unmonitored": unmonitored, "medical": medical, "stop": opted_out}
    return "_".join(("crisis", *(word for word, true in said.items() if true)))


def other_way(followup: Followup, channel: Channel, now: datetime) -> str | None:
    """Return the mail address to fall back to, if the patient agreed to care by mail."""
    standing = followup.standings.get((Channel.EMAIL, Purpose.CARE))
    contact, today = followup.contact, now.astimezone(followup.contact.zone).date()
    agreed = standing is not None and standing.stands(today) and contact.accepts_unencrypted
    usable = agreed and channel is Channel.SMS and Channel.EMAIL not in followup.unreachable
    return contact.email if usable else None


def _with_open(followup: Followup, alert: Alert, texted_at: datetime | None) -> Followup:
    seen = OpenAlert(
        red=alert.tier is Tier.RED,
        reason=alert.reason,
        raised_at=alert.raised_at,
        acknowledged=alert.state is AlertState.ACKNOWLEDGED,
        texted_at=texted_at,
    )
    return replace(followup, alerts={**followup.alerts, alert.id: seen})


def take_on(followup: Followup, alert: Alert, by: str, now: datetime) -> Raised:
    """Acknowledge: a person is on it, so the machine holds its questions back."""
    after = acknowledged(alert, by, now)
    seen = followup.alerts.get(alert.id)
    alerts = {**followup.alerts, alert.id: replace(seen, acknowledged=True)} if seen else followup.alerts
    return Raised(replace(followup, alerts=alerts, talk_until=now + TALK_HELD), (after,))


def settle(followup: Followup, alert: Alert, by: str, disposition: str, note: str, now: datetime) -> Raised:
    """Resolve: the alert leaves the patient's open ones; our questions wait a while longer."""
    after = resolved(alert, by, disposition, note, now)
    alerts = {name: seen for name, seen in followup.alerts.items() if name != alert.id}
    quiet = replace(woken(followup, now), alerts=alerts, talk_until=now + TALK_HELD)
    return Raised(quiet, (after,))
