"""A clinic's settings as staff read them, each with the key of the clinic file that changes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from aftercare.domain.clinic import Clinic, OnCall, SignOff
from aftercare.domain.message import spoken_phone
from aftercare.domain.on_call import on_duty
from aftercare.domain.readiness import Check, TestPage
from aftercare.domain.sign_in import SignIn
from aftercare.domain.staff import RIGHTS, Person, Right, Role
from aftercare.domain.when import spoken
from aftercare.usecases.see_settings import Settings
from aftercare.web.frame import ROLES
from aftercare.web.views.labels import counted, language_name
from aftercare.web.views.protocols_view import day_in_year
from aftercare.web.views.times import Moment, Phone, moment, phone

TESTS_SHOWN = 2
NAMED_BY = 16
_RIGHTS = {
    Right.SEE_WORKLIST: "See that somebody needs something",
    Right.SEE_PATIENTS: "See patients, visits, consents, what was sent",
    Right.SEE_CLINICAL: "See patients’ own words, scores, why an alert stands",
    Right.KEEP_PATIENTS: "Enrol and change patients and sessions",
    Right.DO_TASKS: "Close tasks",
    Right.ANSWER_ALERTS: "Take on and resolve alerts",
    Right.WRITE_MESSAGES: "Write to patients",
    Right.SEE_OUTCOMES: "See outcomes",
    Right.SEE_PROTOCOLS: "See protocols and words",
    Right.SEE_SETTINGS: "See settings",
    Right.TEST_PAGES: "Send a test page",
    Right.SEE_AUDIT: "See the audit trail, end anybody’s sign-in",
    Right.EXPORT: "Export a patient’s file",
}


@dataclass(frozen=True, slots=True)
class OnRota:
    """One line of the rota. ``now``: on duty at this moment."""

    place: int
    name: str
    role: str
    hours: str
    phone: Phone | None
    email: str
    now: bool


@dataclass(frozen=True, slots=True)
class Test:
    """One test page. ``answered``: by whom and when; empty while nobody has. ``id``: as in forms."""

    __test__ = False

    id: str
    sent: Moment
    answered: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One setting. ``key``: its name in the clinic file."""

    label: str
    said: str
    key: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One open sign-in. ``name``: as in forms. ``mine``: the one of whoever looks."""

    name: str
    who: str
    roles: str
    began: Moment
    seen: Moment
    mine: bool
    may_end: bool


@dataclass(frozen=True, slots=True)
class RightLine:
    """One right. ``has``: for each role of ``SettingsView.roles``."""

    title: str
    has: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class SettingsView:
    """Attributes:
    duty: Who would be called now, in words.
    watched: Somebody would be.
    """

    at: Moment
    checks: tuple[Check, ...]
    duty: str
    watched: bool
    rota: tuple[OnRota, ...]
    tests: tuple[Test, ...]
    may_test: bool
    facts: tuple[tuple[str, tuple[Fact, ...]], ...]
    sandbox: tuple[str, ...]
    sign_ins: tuple[SignedIn, ...]
    roles: tuple[str, ...]
    rights: tuple[RightLine, ...]


def settings_view(settings: Settings, person: Person, secret_hash: str) -> SettingsView:
    """Return the screen.

    Args:
        settings: As ``see_settings`` returns them.
        person: Who looks.
        secret_hash: Of their own sign-in.
    """
    clinic, now = settings.clinic, settings.at
    roles = tuple(role for role in ROLES if role in RIGHTS)
    return SettingsView(
        at=moment(now, now, clinic.zone),
        checks=settings.checks,
        duty=_duty(settings),
        watched=bool(settings.on_duty),
        rota=tuple(_rota(clinic, now)),
        tests=tuple(_test(one, clinic, now) for one in _latest(settings.tests)),
        may_test=person.may(Right.TEST_PAGES),
        facts=(
            ("Name and addresses", tuple(_addresses(clinic))),
            ("Hours and limits", tuple(_limits(clinic))),
            ("Words", tuple(_words(clinic))),
        ),
        sandbox=tuple(spoken_phone(number) for number in clinic.sandbox_numbers),
        sign_ins=tuple(
            _signed_in(one, person, secret_hash, clinic, now) for one in settings.sign_ins if one.stands(now)
        ),
        roles=tuple(ROLES[role].capitalize() for role in roles),
        rights=tuple(
            RightLine(_RIGHTS.get(right, right.value), tuple(right in RIGHTS[role] for role in roles))
            for right in Right
        ),
    )


def _duty(settings: Settings) -> str:
    if not settings.clinic.on_call:
        return "There is no rota: alerts call nobody, and stand on Now only."
    if not settings.on_duty:
        return "Nobody is on duty at this hour. A red alert calls everybody on the list."
    first, *others = [one.name for one in settings.on_duty]
    backup = f", then {', '.join(others)}" if others else ""
    return f"An alert at this moment calls {first}{backup}."


def _rota(clinic: Clinic, now: datetime) -> Iterable[OnRota]:
    duty = on_duty(clinic.on_call, now, clinic.zone)
    for place, one in enumerate(clinic.on_call, 1):
        yield OnRota(place, one.name, one.role, _hours(one), phone(one.phone), one.email or "", one in duty)


def _hours(one: OnCall) -> str:
    since, until = one.from_ or time(0), one.until or time(0)
    return "all hours" if since == until else f"{wall(since)} to {wall(until)}"


def wall(at: time) -> str:
    """``9:05 am``."""
    return f"{at.hour % 12 or 12}:{at.minute:02d} {'am' if at.hour < 12 else 'pm'}"


def _latest(tests: Iterable[TestPage]) -> list[TestPage]:
    return sorted(tests, key=lambda one: one.sent_at, reverse=True)[:TESTS_SHOWN]


def _test(one: TestPage, clinic: Clinic, now: datetime) -> Test:
    answered = ""
    if one.answered_at is not None:
        answered = f"{one.answered_by}, {spoken(one.answered_at, clinic.zone)}"
    return Test(one.id, moment(one.sent_at, now, clinic.zone), answered)


def _addresses(clinic: Clinic) -> Iterable[Fact]:
    yield Fact("Name", clinic.name, "name")
    yield Fact("Name in texts", clinic.sms_name, "sms_name")
    yield Fact("Phone that patients dial", spoken_phone(clinic.phone), "phone")
    yield Fact("Number that texts come from", spoken_phone(clinic.sms_number), "sms_number")
    yield Fact("Mail comes from", clinic.email_from, "email_from")
    yield Fact("Postal address in mails", clinic.postal_address, "postal_address")


def _limits(clinic: Clinic) -> Iterable[Fact]:
    caps = clinic.sms_caps
    yield Fact("Time zone", clinic.time_zone.replace("_", " "), "time_zone")
    yield Fact("Open", f"{wall(clinic.opens)} to {wall(clinic.closes)}", "opens, closes")
    window = f"{wall(clinic.send_from)} to {wall(clinic.send_until)} on the patient’s clock"
    yield Fact("Messages go out", window, "send_from, send_until")
    yield Fact("Texts to one patient", f"{caps.per_day} a day, {caps.per_week} a week", "sms_caps")
    changed = sum(len(steps) for steps in clinic.overrides.values())
    said = f"{counted(changed, 'step')} changed, see Protocols" if changed else "as they come"
    yield Fact("Protocols", said, "protocols")


def _words(clinic: Clinic) -> Iterable[Fact]:
    yield Fact("Languages", ", ".join(map(language_name, clinic.languages)), "languages")
    draft = "nobody: only sandbox numbers are written to"
    yield Fact("Words signed by", _signed(clinic.content_review) or draft, "content_review")
    stated = _signed(clinic.not_monitored_statement)
    yield Fact("Hours without anybody stated by", stated or "nobody", "not_monitored_statement")


def _signed(sign_off: SignOff | None) -> str:
    return f"{sign_off.signed_by}, {day_in_year(sign_off.signed_on)}" if sign_off is not None else ""


def _signed_in(one: SignIn, person: Person, own: str, clinic: Clinic, now: datetime) -> SignedIn:
    return SignedIn(
        name=one.secret_hash[:NAMED_BY],
        who=one.person.name,
        roles=", ".join(ROLES[role] for role in Role if role in one.person.roles),
        began=moment(one.began_at, now, clinic.zone),
        seen=moment(one.seen_at, now, clinic.zone),
        mine=one.secret_hash == own,
        may_end=one.person.id == person.id or person.may(Right.SEE_AUDIT),
    )
