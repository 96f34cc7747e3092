"""People of a clinic, and what each may see and do.

A right is asked for at every page and every route; who has which is this one table. A person may have
several roles, and then has the rights of all of them: in a small clinic the owner is a clinician too.
"""

from dataclasses import dataclass
from enum import StrEnum

from aftercare.domain.ids import ClinicId


class Role(StrEnum):
    FRONT_DESK = "front_desk"
    NURSE = "nurse"
    CLINICIAN = "clinician"
    OWNER = "owner"
    SERVICE = "service"


class Right(StrEnum):
    """One thing that may be done.

    ``see_patients``: who they are, how to reach them, visits, consents, what was sent and whether it arrived.
    ``see_clinical``: their own words, scores, and why an alert was raised.
    ``see_worklist``: that somebody needs something; without ``see_clinical``, not what.
    """

    SEE_PATIENTS = "see_patients"
    KEEP_PATIENTS = "keep_patients"
    SEE_CLINICAL = "see_clinical"
    SEE_WORKLIST = "see_worklist"
    DO_TASKS = "do_tasks"
    ANSWER_ALERTS = "answer_alerts"
    WRITE_MESSAGES = "write_messages"
    SEE_OUTCOMES = "see_outcomes"
    SEE_PROTOCOLS = "see_protocols"
    SEE_SETTINGS = "see_settings"
    TEST_PAGES = "test_pages"
    SEE_AUDIT = "see_audit"
    EXPORT = "export"


_DESK = {Right.SEE_PATIENTS, Right.KEEP_PATIENTS, Right.SEE_WORKLIST, Right.DO_TASKS, Right.SEE_PROTOCOLS}
_NURSE = _DESK | {
    Right.SEE_CLINICAL,
    Right.ANSWER_ALERTS,
    Right.WRITE_MESSAGES,
    Right.SEE_OUTCOMES,
    Right.SEE_SETTINGS,
}
# The owner proves consent and audit and sees rates; a patient's words are for who cares for them.
_OWNER = {
    Right.SEE_PATIENTS,
    Right.SEE_WORKLIST,
    Right.SEE_OUTCOMES,
    Right.SEE_PROTOCOLS,
    Right.SEE_SETTINGS,
    Right.TEST_PAGES,
    Right.SEE_AUDIT,
    Right.EXPORT,
}
# A machine neither answers an alert nor writes to a patient: a named human does.
_SERVICE = {
    Right.SEE_PATIENTS,
    Right.KEEP_PATIENTS,
    Right.SEE_CLINICAL,
    Right.SEE_WORKLIST,
    Right.SEE_OUTCOMES,
    Right.SEE_PROTOCOLS,
    Right.EXPORT,
}
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.FRONT_DESK: frozenset(_DESK),
    Role.NURSE: frozenset(_NURSE),
    Role.CLINICIAN: frozenset(_NURSE | {Right.EXPORT}),
    Role.OWNER: frozenset(_OWNER),
    Role.SERVICE: frozenset(_SERVICE),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks: a member of staff who signed in, or a machine with a token.

    Attributes:
        id: Opaque and lasting, from the identity provider; never a mail address.
        name: As colleagues know them, for "acknowledged by".
        clinic_id: From the token, never from a request.
    """

    id: str
    name: str
    roles: frozenset[Role]
    clinic_id: ClinicId

    def may(self, right: Right) -> bool:
        return any(right in RIGHTS[role] for role in self.roles)
