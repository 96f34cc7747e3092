"""Whether a clinic is ready to speak to patients: a checklist that stays on top until all of it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aftercare.domain.clinic import Clinic
from aftercare.domain.ids import AlertId
from aftercare.domain.on_call import gap_in

# A test page goes out each week; one that is older than this says nothing about today's rota.
TEST_GOOD_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class TestPage:
    """One test call to whoever was on call, and who answered it."""

    __test__ = False

    id: AlertId
    sent_at: datetime
    answered_at: datetime | None = None
    answered_by: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the list. ``todo`` says in one sentence what is missing, or what proves it done."""

    code: str
    title: str
    done: bool
    todo: str


def readiness(
    clinic: Clinic,
    tests: Sequence[TestPage],
    overdue: Sequence[str],
    now: datetime,
) -> tuple[Check, ...]:
    """Return the whole list, in the order in which a clinic does it.

    Args:
        clinic: As its file describes it.
        tests: The latest test pages, in any order.
        overdue: Ids of words whose review is overdue.
        now: Aware instant.
    """
    return (_words(clinic, overdue), _rota(clinic), _test(clinic, tests, now))


def all_done(checks: Sequence[Check]) -> bool:
    return all(check.done for check in checks)


def _words(clinic: Clinic, overdue: Sequence[str]) -> Check:
    title = "A clinician has signed the words"
    if clinic.content_review is None:
        reach = f"{len(clinic.sandbox_numbers)} sandbox numbers" if clinic.sandbox_numbers else "nobody"
        todo = f"Until content_review is in the clinic file, texts reach {reach}."
        return Check("words_signed", title, done=False, todo=todo)
    if overdue:
        named = ", ".join(overdue[:3])
        todo = f"The review of {len(overdue)} texts is overdue and they are not sent: {named}."
        return Check("words_signed", title, done=False, todo=todo)
    signed = clinic.content_review
    return Check("words_signed", title, done=True, todo=f"{signed.signed_by}, {_day(signed.signed_on)}.")


def _rota(clinic: Clinic) -> Check:
    title = "Somebody is on call at every hour"
    if clinic.on_call and (gap := gap_in(clinic.on_call)) is None:
        return Check("on_call", title, done=True, todo=f"{len(clinic.on_call)} people on the rota.")
    if clinic.not_monitored_statement is not None:
        signed = clinic.not_monitored_statement
        todo = f"Not monitored at some hours: stated by {signed.signed_by}, {_day(signed.signed_on)}."
        return Check("on_call", title, done=True, todo=todo)
    where = f"Nobody is on call at {gap:%H:%M}." if clinic.on_call and gap else "The rota is empty."
    return Check("on_call", title, done=False, todo=f"{where} Add people to on_call in the clinic file.")


def _test(clinic: Clinic, tests: Sequence[TestPage], now: datetime) -> Check:
    title = "A test page was answered"
    answered = [one for one in tests if one.answered_at is not None and now - one.sent_at <= TEST_GOOD_FOR]
    if answered:
        last = max(answered, key=lambda one: one.sent_at)
        told = f"By {last.answered_by}, {_day(last.sent_at.astimezone(clinic.zone).date())}."
        return Check("test_page", title, done=True, todo=told)
    todo = "Nobody has answered one in the last two weeks. One goes out every week, or send one now."
    return Check("test_page", title, done=False, todo=todo)


def _day(on: date) -> str:
    return f"{on:%b} {on.day}, {on.year}"
