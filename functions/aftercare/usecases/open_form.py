"""Open the link to a form: who stands there, and what may they see. Looking changes nothing."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from aftercare.content.load_measures import load_measures
from aftercare.desk_ports import Forms
from aftercare.domain.clinic import Clinic
from aftercare.domain.compose import secret_hash
from aftercare.domain.draft import TRIES_MAX, Draft, Question, ended_since, questions
from aftercare.domain.errors import Conflict, TryAgain
from aftercare.domain.followup import Followup
from aftercare.domain.form_link import form_of
from aftercare.domain.records import Link, Task, TaskKind

ATTEMPTS = 6
_LOCKED = (
    "A wrong birth date was given five times on the patient's link to a form, and the link is closed. "
    "Call the patient, check their birth date here, and send a new link."
)


class Door(StrEnum):
    """What whoever opens a link may see. ``CLOSED`` is the same for every reason."""

    CLOSED = "closed"
    GATE = "gate"
    QUESTIONS = "questions"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Inside:
    """A form that can be opened, as read just now."""

    link: Link
    draft: Draft
    followup: Followup
    clinic: Clinic
    asked: tuple[Question, ...]

    @property
    def language(self) -> str:
        return self.draft.language or self.followup.contact.language


@dataclass(frozen=True, slots=True)
class Visit:
    """``inside`` is there for ``QUESTIONS`` and ``DONE``, and of no concern to the page for ``GATE``."""

    door: Door
    inside: Inside | None = None


def open_form(secret: str, cookie: str, forms: Forms) -> Visit:
    """Say what a browser may see behind a link.

    Args:
        secret: From the address.
        cookie: What the browser was given at the gate; empty for none.
        forms: The outside. Nothing is written.

    Raises:
        TryAgain: The store is busy.
    """
    found = forms.drafts.find(secret_hash(secret))
    if found is None:
        return Visit(Door.CLOSED)
    return look(*found, cookie, forms)


def look(link: Link, draft: Draft, cookie: str, forms: Forms) -> Visit:
    """Say what a browser may see of a form that was just read."""
    now = forms.ports.clock.now()
    asked = questions(link, load_measures())
    known, awake = draft.knows(cookie), draft.awake(now)
    # Whoever is at it when four days are over may finish: the answers are no older for it.
    if not asked or draft.locked_at is not None or (link.expires_at <= now and not (known and awake)):
        return Visit(Door.CLOSED)
    read = forms.ports.followups.conversation(link.clinic_id, link.patient_id)
    clinic = forms.ports.clinics.get(link.clinic_id)
    if read is None or clinic is None:
        return Visit(Door.CLOSED)
    inside = Inside(link, draft, read[0], clinic, asked)
    if draft.sent_at is not None:
        return Visit(Door.DONE, inside) if known and awake else Visit(Door.CLOSED)
    if ended_since(link, read[0], read[1]):
        return Visit(Door.CLOSED)
    return Visit(Door.QUESTIONS if known and awake else Door.GATE, inside)


@dataclass(frozen=True, slots=True)
class Entered:
    """What came of a birth date: a ``cookie`` for the right one, else how many tries are ``left``."""

    door: Door
    cookie: str = ""
    left: int = 0


def pass_gate(secret: str, birth_date: date, language: str | None, forms: Forms) -> Entered:
    """Take a birth date.

    The fifth wrong one closes the link and tells staff, in one write. A closed link takes no birth date:
    right or wrong, it answers the same.

    Args:
        secret: From the address.
        birth_date: As given.
        language: ``en`` or ``es`` if the patient chose one, else ``None``.
        forms: The outside.

    Raises:
        TryAgain: The store is busy.
    """
    for _ in range(ATTEMPTS):
        found = forms.drafts.find(secret_hash(secret))
        visit = look(*found, "", forms) if found is not None else Visit(Door.CLOSED)
        if visit.door is not Door.GATE or visit.inside is None:
            return Entered(Door.CLOSED)
        try:
            return _weigh(birth_date, language, visit.inside, forms)
        except Conflict:
            continue
    raise TryAgain("open_form: too many tries on one link at once")


def _weigh(birth_date: date, language: str | None, inside: Inside, forms: Forms) -> Entered:
    link, draft, ports = inside.link, inside.draft, forms.ports
    now, write_id = ports.clock.now(), ports.ids.token()
    patient = ports.followups.identity(link.clinic_id, link.patient_id)
    if patient is not None and patient.birth_date == birth_date:
        cookie = ports.ids.token()
        forms.drafts.save(draft.entered(cookie, language, now), link, write_id=write_id)
        return Entered(Door.QUESTIONS, cookie)
    missed = draft.missed(now)
    task = None
    if missed.locked_at is not None:
        name = f"{TaskKind.FORM_LOCKED.value}.{form_of(link.touch_id)}.{link.secret_hash[:8]}"
        task = Task(name, link.clinic_id, link.patient_id, TaskKind.FORM_LOCKED, _LOCKED, now)
    forms.drafts.save(missed, link, write_id=write_id, task=task)
    return Entered(Door.CLOSED if task else Door.GATE, left=TRIES_MAX - missed.tries)
