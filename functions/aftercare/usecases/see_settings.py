"""Show a clinic its own settings, and what is still to be done before it may rely on the service."""

from dataclasses import dataclass
from datetime import datetime

from aftercare.content.load_words import load_words
from aftercare.desk_ports import Desk
from aftercare.domain.clinic import Clinic, OnCall
from aftercare.domain.errors import NotFound
from aftercare.domain.ids import AlertId, ClinicId, is_test_page
from aftercare.domain.on_call import is_open, on_duty
from aftercare.domain.readiness import Check, TestPage, readiness
from aftercare.domain.sign_in import SignIn
from aftercare.domain.staff import Person, Right
from aftercare.usecases.allow import allow, keep_audit, refuse_odd
from aftercare.usecases.page_test import page_test


@dataclass(frozen=True, slots=True)
class Settings:
    """Attributes:
    checks: What must be done before patients rely on it, done or not.
    on_duty: Who would be called now.
    tests: The latest test pages.
    sign_ins: Who is signed in, the latest first.
    """

    at: datetime
    clinic: Clinic
    is_open: bool
    checks: tuple[Check, ...]
    on_duty: tuple[OnCall, ...]
    tests: tuple[TestPage, ...]
    sign_ins: tuple[SignIn, ...]


def see_settings(person: Person, desk: Desk, *, by: str) -> Settings:
    """Read the settings.

    Raises:
        NotAllowed: The person's role does not see settings.
        TryAgain: The store is busy.
    """
    allow(person, Right.SEE_SETTINGS)
    now, clinic = desk.ports.clock.now(), clinic_of(person, desk)
    tests = tuple(desk.ports.alerts.tests(clinic.id))
    sign_ins = tuple(sorted(_here(clinic.id, desk), key=lambda one: one.seen_at, reverse=True))
    keep_audit(person, desk, "saw_settings", by=by)
    return Settings(
        at=now,
        clinic=clinic,
        is_open=is_open(clinic, now),
        checks=readiness(clinic, tests, overdue_words(clinic, now), now),
        on_duty=on_duty(clinic.on_call, now, clinic.zone),
        tests=tests,
        sign_ins=sign_ins,
    )


def _here(clinic_id: ClinicId, desk: Desk) -> list[SignIn]:
    return [one for one in desk.sign_ins.of_clinic(clinic_id) if one.stands(desk.ports.clock.now())]


def clinic_of(person: Person, desk: Desk) -> Clinic:
    """Return the person's clinic.

    Raises:
        NotFound: It has not been set up.
    """
    clinic = desk.ports.clinics.get(person.clinic_id)
    if clinic is None:
        raise NotFound("clinic")
    return clinic


def overdue_words(clinic: Clinic, now: datetime) -> list[str]:
    """Return the ids of texts that are not sent because their review is overdue."""
    today = now.astimezone(clinic.zone).date()
    texts = (words for language in clinic.languages for words in load_words(language).values())
    return sorted({words.id for words in texts if words.review_by < today})


def send_test_page(person: Person, desk: Desk, *, by: str) -> bool:
    """Call whoever is on call, as the weekly test does; once a week.

    Returns:
        ``False`` when this week's has gone out already.

    Raises:
        NotAllowed: The person may not send test pages.
        TryAgain: The store is busy.
    """
    allow(person, Right.TEST_PAGES)
    keep_audit(person, desk, "sent_test_page", by=by)
    return page_test(person.clinic_id, desk.ports)


def answer_test_page(person: Person, desk: Desk, test_id: str, *, by: str) -> None:
    """Say that a test page has reached the person.

    Raises:
        NotFound: There is no such page.
    """
    allow(person, Right.SEE_SETTINGS)
    now = desk.ports.clock.now()
    refuse_odd("test_page", test_id)
    if not is_test_page(test_id):
        raise NotFound("test_page")
    if not desk.ports.alerts.answer_test(person.clinic_id, AlertId(test_id), person.name, now):
        raise NotFound("test_page")
    keep_audit(person, desk, "answered_test_page", by=by, about=test_id)


def end_sign_in(person: Person, desk: Desk, name: str, *, by: str) -> None:
    """End somebody's sign-in at this clinic: a lost phone, a colleague who left.

    Args:
        person: An owner, or whoever ends one of their own.
        desk: The outside.
        name: The first 16 characters of the sign-in's hash, as the settings page lists it.
        by: ``dashboard`` or ``api``.

    Raises:
        NotFound: Nobody is signed in under that name.
    """
    found = [one for one in desk.sign_ins.of_clinic(person.clinic_id) if one.secret_hash[:16] == name]
    if not found:
        raise NotFound("sign_in")
    if found[0].person.id != person.id:
        allow(person, Right.SEE_AUDIT)
    desk.sign_ins.end(found[0].secret_hash)
    keep_audit(person, desk, "ended_sign_in", by=by, about=found[0].person.id)
