"""Take an event from the bus, or park it when nobody can use it."""

from collections.abc import Mapping

from aftercare.domain.errors import BadInput
from aftercare.ports import Ports
from aftercare.usecases.park_event import park_event
from aftercare.usecases.take_fact import take_fact


def take_event(event: Mapping[str, object], ports: Ports) -> str:
    """Take one EventBridge event.

    Returns:
        ``applied``, ``unchanged``, ``waiting``, or ``parked`` with a task for staff.

    Raises:
        TryAgain: The store is busy; the bus delivers the event again.
    """
    try:
        return take_fact(event, ports)
    except BadInput as bad:
        park_event(event, bad, ports)
        return "parked"
