"""Work off one queue batch: one read for all patients, one write for all records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aftercare.domain.followup import Followup
from aftercare.ports import PatientKey, Ports
from aftercare.usecases.send_due import Outcome, send_due


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
    outcomes: list[Outcome] = []
    for key, redelivered in keys.items():
        outcome = Outcome(key, redelivered)
        outcomes.append(outcome)
        try:
            followup = ports.followups.get(*key) if followups is None else followups.get(key)
            send_due(followup, outcome, ports)
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


def _read(keys: Sequence[PatientKey], ports: Ports) -> Mapping[PatientKey, Followup] | None:
    """Read all patients in one call; ``None`` when one of them cannot be understood, to go one by one."""
    if not keys:
        return {}
    try:
        return ports.followups.get_many(keys)
    except (KeyError, ValueError):
        return None
