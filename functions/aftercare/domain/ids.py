"""Names of things. Ids are derived wherever they can be, so that doing twice is doing once."""

import hashlib
from typing import NewType

ClinicId = NewType("ClinicId", str)
PatientId = NewType("PatientId", str)
SessionId = NewType("SessionId", str)
CourseId = NewType("CourseId", str)
ProtocolId = NewType("ProtocolId", str)
TouchId = NewType("TouchId", str)
AlertId = NewType("AlertId", str)


def touch_id(session_id: SessionId, step_key: str) -> TouchId:
    """Name the touch of one step of one session.

    The protocol's revision is no part of it: inside the id, a new revision would send again
    what was sent already.
    """
    return TouchId(f"{session_id}.{step_key}")


# Stands where a patient would, for a text from a number that belongs to nobody or to several.
NO_ONE = PatientId("~shared")
_ALERT = ".alert."
# How the names of weekly test pages begin.
TEST_PAGE = "test."


def alert_id(patient_id: PatientId, cause: str) -> AlertId:
    """Name the alert that one text or form raised: the same cause never raises a second one."""
    return AlertId(f"{patient_id}{_ALERT}{hashlib.sha256(cause.encode()).hexdigest()[:8]}")


def patient_of(alert: AlertId) -> PatientId:
    """Return whose alert it is, read from its name; a test page is nobody's."""
    return PatientId(alert.rpartition(_ALERT)[0] or NO_ONE)


def is_test_page(name: str) -> bool:
    """Say whether it names a weekly test page; a patient's own id may begin like one."""
    return name.startswith(TEST_PAGE) and not is_about_alert(name)


def is_about_alert(name: str) -> bool:
    """Say whether a task or a message is named after an alert."""
    return _ALERT in name


def stable_fraction(*parts: str) -> float:
    """Map ids to a number in [0, 1) that is the same on every machine and every run.

    Used to spread a clinic's ten o'clock texts over some minutes and to choose a shard.
    """
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48
