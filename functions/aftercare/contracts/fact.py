"""Any event in: from the EventBridge event a handler is woken with to the fact it states."""

from collections.abc import Callable, Mapping

from aftercare.contracts import (
    consent_given,
    consent_withdrawn,
    patient_changed,
    patient_closed,
    patient_enrolled,
    session_cancelled,
    session_completed,
    session_moved,
    session_scheduled,
)
from aftercare.domain.errors import BadInput
from aftercare.domain.facts import Fact

_PATIENT: dict[str, Callable[[Mapping[str, object]], Fact]] = {
    "PatientEnrolled": patient_enrolled.parse,
    "PatientChanged": patient_changed.parse,
    "PatientClosed": patient_closed.parse,
    "ConsentGiven": consent_given.parse,
    "ConsentWithdrawn": consent_withdrawn.parse,
}
_SESSION: dict[str, Callable[[Mapping[str, object]], Fact]] = {
    "SessionScheduled": session_scheduled.parse,
    "SessionMoved": session_moved.parse,
    "SessionCancelled": session_cancelled.parse,
    "SessionCompleted": session_completed.parse,
}
_PARSERS = _PATIENT | _SESSION

PATIENT_DETAIL_TYPES = tuple(_PATIENT)
SESSION_DETAIL_TYPES = tuple(_SESSION)
DETAIL_TYPES = tuple(_PARSERS)


def parse_fact(event: Mapping[str, object]) -> Fact:
    """Read a whole EventBridge event.

    Args:
        event: With ``source``, ``detail-type`` and ``detail``; whatever else it has is ignored.

    Raises:
        BadInput: It is none of the nine events, or one of them with a fault, or comes from ``aws.*``.
    """
    if not isinstance(event, Mapping):
        raise BadInput("event", event, "an EventBridge event")
    source, detail_type, detail = event.get("source"), event.get("detail-type"), event.get("detail")
    if not isinstance(source, str) or not source or source.startswith("aws."):
        raise BadInput("source", source, "the sender's own name; aws.* belongs to AWS")
    parse = _PARSERS.get(detail_type) if isinstance(detail_type, str) else None
    if parse is None:
        raise BadInput("detail-type", detail_type, "one of " + ", ".join(DETAIL_TYPES))
    if not isinstance(detail, Mapping):
        raise BadInput("detail", detail, f"the content of {detail_type}, a JSON object")
    return parse(detail)
