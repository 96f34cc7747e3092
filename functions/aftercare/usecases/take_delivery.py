"""Learn what became of a message: keep it, and when it did not arrive, find another way or a person."""

from dataclasses import replace
from datetime import datetime

from aftercare.domain.alert import AnswerState, crisis_touch
from aftercare.domain.consent import Channel, stop
from aftercare.domain.crisis_text import answered
from aftercare.domain.delivery import CAUSES, Outcome, State
from aftercare.domain.errors import Conflict, TryAgain
from aftercare.domain.followup import Followup, tidy
from aftercare.domain.ids import AlertId, ClinicId
from aftercare.domain.ladder import next_alert_due
from aftercare.domain.protocol import Kind
from aftercare.domain.records import Receipt, Record, Sent, Task, TaskKind
from aftercare.domain.second_way import sent_again
from aftercare.ports import Ports
from aftercare.usecases.call_staff import call_by_next_way
from aftercare.usecases.what_can_be_said import next_look
from aftercare.usecases.work_alert import work_alert

ATTEMPTS = 6
_CRISIS = ".crisis-"


def take_delivery(receipt: Receipt, ports: Ports) -> str:
    """Take one receipt of a message to a patient.

    Returns:
        ``unchanged`` when it says nothing new, else the state of the message.

    Raises:
        TryAgain: The store is busy, or a receipt overtook our own record of a crisis text; the queue
            brings the receipt again.
    """
    outcome = ports.followups.note_delivery(receipt)
    # A receipt that comes again may come because its consequences failed: they are idempotent. One that
    # says nothing new may say less than is known: what has arrived is not sent again.
    known = outcome or ports.followups.delivery(receipt.clinic_id, receipt.patient_id, receipt.touch_id)
    latest = known or receipt.outcome
    if _failed(latest) or latest.objects:
        _not_arrived(receipt, latest, ports)
    return outcome.state.value if outcome else "unchanged"


def take_page_delivery(
    clinic_id: ClinicId, alert_id: AlertId, step: int, place: int, outcome: Outcome, ports: Ports
) -> str:
    """Take one receipt of a call to a person of the clinic: one that failed goes by the next way."""
    if _failed(outcome):
        call_by_next_way(clinic_id, alert_id, step, place, ports)
    return outcome.state.value


def _failed(outcome: Outcome) -> bool:
    return outcome.state in (State.FAILED_HARD, State.FAILED_SOFT)


def _not_arrived(receipt: Receipt, outcome: Outcome, ports: Ports) -> None:
    alert, _, _ = receipt.touch_id.rpartition(_CRISIS)
    # What is wrong with the address first: the next text about the alert goes by the other way.
    _learn_of_contact(receipt, outcome, ports, crisis=bool(alert))
    if alert and _failed(outcome):
        _crisis_text_failed(receipt, AlertId(alert), ports)


def _learn_of_contact(receipt: Receipt, outcome: Outcome, ports: Ports, *, crisis: bool) -> None:
    for _ in range(ATTEMPTS):
        followup = ports.followups.get(receipt.clinic_id, receipt.patient_id)
        if followup is None:
            return
        sent = ports.followups.sent(receipt.clinic_id, receipt.patient_id, [receipt.touch_id])
        try:
            _change(followup, receipt, outcome, sent.get(receipt.touch_id), ports, crisis=crisis)
        except Conflict:
            continue
        return
    raise TryAgain("take_delivery: too many writers of one patient")


def _change(
    followup: Followup, receipt: Receipt, outcome: Outcome, sent: Sent | None, ports: Ports, *, crisis: bool
) -> None:
    now, after = ports.clock.now(), followup
    clinic = ports.clinics.get(receipt.clinic_id)
    if clinic is None:
        raise TryAgain("take_delivery: the clinic is not set up")
    records: list[Record] = []
    if outcome.objects:
        after = replace(after, standings=stop(after.standings, receipt.at, [receipt.channel]))
        why = "The patient marked our mail as spam. No more mail goes out: agree another way."
        records.append(_task(TaskKind.COMPLAINT, receipt, why, now))
    if outcome.bad and _still_there(after, sent, receipt.channel):
        after = replace(after, unreachable=after.unreachable | {receipt.channel})
    kind = sent.kind if sent is not None else Kind.CHECK_IN
    if _failed(outcome) and not crisis:
        again = sent_again(after, receipt.touch_id, receipt.channel, kind, now)
        if kind is not Kind.EDUCATION:
            how = "It goes out again by the other channel." if again else "Call the patient."
            why = f"A message did not arrive. {CAUSES[outcome.reason]} {how}"
            records.append(_task(TaskKind.NOT_DELIVERED, receipt, why, now))
        after = again or after
    if after == followup and not records:
        return
    ports.followups.save(
        tidy(after, now),
        write_id=ports.ids.token(),
        due_at=next_look(after, clinic, ports, now),
        records=records,
    )


def _still_there(followup: Followup, sent: Sent | None, channel: Channel) -> bool:
    """Say whether the address that failed is still the patient's; receipts may be 72 hours old."""
    address = followup.contact.phone if channel is Channel.SMS else followup.contact.email
    return sent is None or not sent.to or sent.to == address


def _crisis_text_failed(receipt: Receipt, alert_id: AlertId, ports: Ports) -> None:
    """A crisis text that did not arrive goes by the other way, and a person phones at once."""
    for _ in range(ATTEMPTS):
        alert = ports.alerts.get(receipt.clinic_id, alert_id)
        answer = alert.answer if alert else None
        if alert is None or answer is None or crisis_touch(alert, answer) != receipt.touch_id:
            return
        if answer.state is AnswerState.CLAIMED:
            raise TryAgain("take_delivery: whoever sends this text has not finished")
        if answer.state is not AnswerState.SENT:
            return
        now = ports.clock.now()
        why = "The crisis text did not reach the patient. Phone them now."
        task = _task(TaskKind.NOT_DELIVERED, receipt, why, now)
        ports.followups.record([((receipt.clinic_id, receipt.patient_id), task)])
        after = replace(answered(alert, sent=False, now=now), asked_at=None)
        try:
            stored = ports.alerts.save(after, next_alert_due(after, now), write_id=ports.ids.token())
        except Conflict:
            continue
        work_alert(stored, ports)
        return
    raise TryAgain("take_delivery: too many writers of one alert")


def _task(kind: TaskKind, receipt: Receipt, reason: str, now: datetime) -> Task:
    name = f"{kind.value}.{receipt.touch_id}"
    return Task(name, receipt.clinic_id, receipt.patient_id, kind, reason, now)
