"""Work off one queue batch: one read for all patients, one write for all records."""

from collections.abc import Iterable
from dataclasses import dataclass

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


def send_batch(keys: Iterable[PatientKey], ports: Ports) -> Batch:
    """Do what is due for each patient named, once even if named twice.

    Raises:
        TryAgain: The patients could not be read, or what was sent could not be recorded. The whole
            batch comes back; claims without a record then go to staff.
    """
    wanted = list(dict.fromkeys(keys))
    followups = ports.followups.get_many(wanted) if wanted else {}
    outcomes: list[Outcome] = []
    for key in wanted:
        outcome = Outcome(key)
        outcomes.append(outcome)
        try:
            send_due(followups.get(key), outcome, ports)
        except Exception as fault:  # noqa: BLE001  one patient's fault must not cost nine others their record
            outcome.again = fault
    ports.followups.record([(outcome.key, record) for outcome in outcomes for record in outcome.records])
    return Batch(
        sent=sum(outcome.sent for outcome in outcomes),
        dropped=sum(outcome.dropped for outcome in outcomes),
        again=frozenset(outcome.key for outcome in outcomes if outcome.again is not None),
        faults=tuple(type(outcome.again).__name__ for outcome in outcomes if outcome.again is not None),
    )
