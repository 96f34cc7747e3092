"""Put a patient in the queue now, without waiting for the next minute's sweep."""

from aftercare.domain.errors import TryAgain
from aftercare.domain.followup import Followup
from aftercare.domain.sweep import Handed
from aftercare.ports import Ports


def hand_at_once(followup: Followup, ports: Ports) -> None:
    """Hand over what may not stand in line: answers, and the safety text at discharge.

    If the queue does not take it, the sweep finds it still due within the minute; if both hand it
    over, the second claim finds nothing to do.
    """
    try:
        ports.touch_queue.hand([Handed(followup.clinic_id, followup.patient_id, 0)])
    except TryAgain:
        return
