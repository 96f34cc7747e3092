"""The trail as the owner reads it: who saw and changed what, and whether it is whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from aftercare.domain.audit import AuditEntry
from aftercare.domain.clinic import Clinic
from aftercare.domain.when import spoken, spoken_day
from aftercare.usecases.see_audit import AuditView
from aftercare.web.views.labels import counted

DID = {
    "signed_in": "Signed in",
    "signed_out": "Signed out",
    "saw_worklist": "Saw Now",
    "saw_patients": "Saw the list of patients",
    "saw_patient": "Saw a patient",
    "asked_why": "Asked why a message went or not",
    "exported_patient": "Exported a patient’s file",
    "saw_alerts": "Saw alerts",
    "acknowledged_alert": "Took an alert on",
    "acknowledged_too_late": "Took an alert on after somebody else",
    "resolved_alert": "Resolved an alert",
    "closed_task": "Closed a task",
    "wrote_message": "Wrote to a patient",
    "sent_form_link": "Sent a new link to a form",
    "paused_patient": "Paused messages",
    "ended_pause": "Ended a pause",
    "enrolled_patient": "Enrolled a patient",
    "changed_patient": "Changed a patient",
    "closed_patient": "Closed a patient’s file",
    "recorded_consent": "Recorded a consent",
    "recorded_withdrawal": "Recorded a withdrawal",
    "moved_session": "Set a session’s time",
    "completed_session": "Completed a session",
    "cancelled_session": "Cancelled a session",
    "saw_outcomes": "Saw outcomes",
    "exported_outcomes": "Exported outcomes",
    "saw_protocols": "Saw the protocols",
    "saw_protocol": "Saw a protocol",
    "saw_words": "Saw the words of a message",
    "saw_settings": "Saw settings",
    "sent_test_page": "Sent a test page",
    "answered_test_page": "Answered a test page",
    "ended_sign_in": "Ended a sign-in",
    "saw_audit": "Saw this trail",
    "exported_audit": "Exported this trail",
}
_BY = {"dashboard": "dashboard", "api": "API", "form": "patient’s form"}
_TYPED_MAX = 80
_BROKEN = (
    "Something was changed, added or removed after the night it was sealed. Call whoever operates the "
    "service, and change nothing until they have looked."
)
_WHOLE = (
    "Every night the day before (UTC) is sealed over all days before it. The latest seal was checked just "
    "now; those of the week before, last night."
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries to show; an empty field asks for nothing.

    Attributes:
        who: Part of a name, case aside, or a whole id.
        did: A code.
        patient: A whole id.
        day: On the clinic's calendar, as typed.
    """

    who: str = ""
    did: str = ""
    patient: str = ""
    day: str = ""

    @property
    def sifts(self) -> bool:
        """Whether entries are left out that were read."""
        return bool(self.who or self.did or self.patient)

    @property
    def any(self) -> bool:
        return self.sifts or bool(self.day)

    def has(self, one: AuditEntry) -> bool:
        return (
            (not self.who or self.who.casefold() in one.name.casefold() or self.who == one.who)
            and (not self.did or self.did == one.did)
            and (not self.patient or self.patient == one.patient_id)
        )


@dataclass(frozen=True, slots=True)
class Row:
    at: str
    name: str
    did: str
    by: str
    patient: str
    patient_path: str
    about: str


@dataclass(frozen=True, slots=True)
class Notice:
    """How a banner looks, and what it says."""

    look: str
    sign: str
    heading: str
    words: str


@dataclass(frozen=True, slots=True)
class TrailView:
    """Attributes:
    rows: The latest first.
    said: How many stand here, of how many that were read.
    more: Path of the next page; empty at the end.
    chain: How the trail stands against its seals.
    whats: What may be chosen: code and words.
    export: Path of the file of the chosen day, or of today.
    export_words: Which day that is.
    """

    wanted: Wanted
    rows: tuple[Row, ...]
    said: str
    more: str
    chain: Notice
    whats: tuple[tuple[str, str], ...]
    export: str
    export_words: str


def wanted_from(query: Mapping[str, str]) -> Wanted:
    """Read the filters out of an address."""
    typed = {name: query.get(name, "").strip()[:_TYPED_MAX] for name in ("who", "did", "patient", "day")}
    return Wanted(**typed)


def trail_view(found: AuditView, wanted: Wanted, clinic: Clinic, export_on: date) -> TrailView:
    """Return the screen.

    Args:
        found: As ``see_audit`` returns it.
        wanted: The filters; the day's was asked of the store already.
        clinic: The person's.
        export_on: The day that a file would hold, on the clinic's calendar.
    """
    filters = {"who": wanted.who, "did": wanted.did, "patient": wanted.patient, "day": wanted.day}
    kept = {name: value for name, value in filters.items() if value}
    more = f"/audit?{urlencode({**kept, 'after': found.entries.more})}" if found.entries.more else ""
    rows = tuple(_rows((one for one in found.entries.rows if wanted.has(one)), clinic))
    read = counted(len(found.entries.rows), "entry", "entries")
    return TrailView(
        wanted=wanted,
        rows=rows,
        said=f"{len(rows):,} of {read} read" if wanted.sifts else read,
        more=more,
        chain=_chain(found),
        whats=tuple(DID.items()),
        export=f"/audit.csv?{urlencode({**kept, 'day': export_on.isoformat()})}",
        export_words=spoken_day(export_on),
    )


def _rows(entries: Iterable[AuditEntry], clinic: Clinic) -> Iterable[Row]:
    for one in entries:
        patient = one.patient_id or ""
        yield Row(
            at=spoken(one.at, clinic.zone),
            name=one.name,
            did=DID.get(one.did, one.did.replace("_", " ").capitalize()),
            by=_BY.get(one.by, one.by),
            patient=patient,
            patient_path=f"/patients/{patient}" if patient else "",
            about=one.about or "",
        )


def _chain(found: AuditView) -> Notice:
    if found.broken_on is not None:
        day = spoken_day(found.broken_on)
        return Notice(
            "red",
            "alert",
            f"The trail of {day} is not what was sealed",
            _BROKEN,
        )
    if found.sealed_on is None:
        return Notice("amber", "clock", "Not sealed yet", "The first day is sealed in the night after it.")
    day = spoken_day(found.sealed_on)
    return Notice(
        "green",
        "check",
        f"Sealed and whole up to {day}",
        _WHOLE,
    )
