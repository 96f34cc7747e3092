"""Work off one queue batch: one read for all patients, one write for all records."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from aftercare.domain.errors import TryAgain
from aftercare.domain.followup import Followup
from aftercare.ports import PatientKey, Ports
from aftercare.usecases.send_due import Outcome, Turn, next_turn, send_due


@dataclass(frozen=True, slots=True)
class Batch:
    """What a batch came to.

    Attributes:
        again: The patients whose queue message must come back.
        faults: The kinds of fault behind it; a message of theirs might hold a patient's words.
    """

    sent: int
    dropped: int
    again: frozenset[PatientKey]
    faults: tuple[str, ...] = ()


def send_batch(keys: Mapping[PatientKey, bool], ports: Ports) -> Batch:
    """Do what is due for each patient.

    Args:
        keys: The patients, and whether the queue has delivered their message before.
        ports: The outside.

    Raises:
        TryAgain: The patients could not be read, or what was sent could not be recorded. The whole
            batch comes back; claims without a record then go to staff.
    """
    followups = _read(list(keys), ports)
    outcomes = [Outcome(key, redelivered) for key, redelivered in keys.items()]
    turns = [(outcome, turn) for outcome in outcomes if (turn := _decided(outcome, followups, ports))]
    _keep_links([turn for _, turn in turns], ports)
    for outcome, turn in turns:
        try:
            send_due(turn, outcome, ports)
        except Exception as fault:  # noqa: BLE001  one patient's fault must not cost nine others their record
            outcome.again = fault
    ports.followups.record([(outcome.key, record) for outcome in outcomes for record in outcome.records])
    failed = [outcome for outcome in outcomes if outcome.again is not None]
    return Batch(
        sent=sum(outcome.sent for outcome in outcomes),
        dropped=sum(outcome.dropped for outcome in outcomes),
        again=frozenset(outcome.key for outcome in failed),
        faults=tuple(type(outcome.again).__name__ for outcome in failed),
    )


def _decided(outcome: Outcome, followups: Mapping[PatientKey, Followup] | None, ports: Ports) -> Turn | None:
    """Decide one patient's turn; ``None`` when there is no such patient or clinic, or deciding failed."""
    try:
        key = outcome.key
        clinic = ports.clinics.get(key[0])
        followup = ports.followups.get(*key) if followups is None else followups.get(key)
        return next_turn(followup, clinic, ports) if followup and clinic else None
    except Exception as fault:  # noqa: BLE001  one patient's fault must not cost nine others their message
        outcome.again = fault
        return None


def _keep_links(turns: Sequence[Turn], ports: Ports) -> None:
    """Store the links of the whole batch in one call; where that fails, each is stored before its claim."""
    linked = [turn for turn in turns if turn.link is not None]
    if len(linked) < 2:
        return
    with suppress(TryAgain):
        ports.links.keep([turn.link for turn in linked if turn.link is not None])
        for turn in linked:
            turn.link_kept = True


def _read(keys: Sequence[PatientKey], ports: Ports) -> Mapping[PatientKey, Followup] | None:
    """Read all patients in one call; ``None`` when one of them cannot be understood, to go one by one."""
    if not keys:
        return {}
    try:
        return ports.followups.get_many(keys)
    except (KeyError, ValueError):
        return None
