"""What comes in from outside, and the moment at which it comes: the stories that every fault strikes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from aftercare.usecases.answer_alert import acknowledge, resolve
from aftercare.usecases.take_form import take_form
from tests.behaviours.riverside import PEOPLE, gad7, phq9
from tests.local.struck_clinic import Struck

AFTERNOON, NIGHT, EVENING = "Tue 14:00", "Tue 23:00", "Tue 18:30"
BEFORE_THE_VISIT, A_MINUTE_LATER = "2026-11-05 18:00", "Tue 14:01"
DYING, UNKNOWN_PHONE = "I want to kill myself", "+12025550177"
CHECK_IN = "ses-ada-1.evening"
TEXTS, MAILS, RECEIPTS = "ReplyReceived", "MailReceived", "DeliveryReported"
# Every function that a reply, a mail, a receipt or a form can set going.
ALL_FUNCTIONS = (TEXTS, MAILS, RECEIPTS, "TouchDue", "MinutePassed", "FactsRecorded")
# Nothing else happens in this time; the answers on the form are Ada's own.
SAD = phq9(0, 0, 0, 0, 0, 0, 0, 0, 1) | gad7(0, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Story:
    """One thing that comes in.

    Attributes:
        moment: When, on the clinic's clock.
        act: What comes in.
        function: The one whose every call is struck.
        before: What happened that day.
        soon: By when a failed call is made up for: at once, or by the next sweep (DESIGN 3.5: within 60 s).
    """

    moment: str
    act: Callable[[Struck], None]
    function: str = TEXTS
    before: Callable[[Struck], None] | None = None
    soon: timedelta = timedelta(seconds=60)


def _in_crisis(struck: Struck) -> None:
    struck.ada.said(AFTERNOON, DYING, sms_id="first")


def _fills_in(struck: Struck) -> None:
    struck.at_a_screen(partial(take_form, struck.secret(), struck.born_on, SAD))


def _acknowledges(struck: Struck) -> None:
    alert = struck.red_alert()
    struck.at_a_screen(lambda ports: acknowledge(struck.clinic_id, alert, "Nora", ports))


def _resolves(struck: Struck) -> None:
    alert = struck.red_alert()
    said = ("Nora", "reached", "Reached by phone, with family, plan agreed.")
    struck.at_a_screen(lambda ports: resolve(struck.clinic_id, alert, *said, ports))


def _crisis_text_failed(struck: Struck) -> None:
    struck.reported(f"{struck.red_alert()}.crisis-1", "TEXT_INVALID")


STORIES: Mapping[str, Story] = {
    "a text in crisis": Story(AFTERNOON, lambda s: s.arrives(DYING)),
    "STOP": Story(AFTERNOON, lambda s: s.arrives("STOP")),
    "STOP in a crisis": Story(AFTERNOON, lambda s: s.arrives("STOP I want to die")),
    "a low mood": Story(AFTERNOON, lambda s: s.arrives("1")),
    "HELP at night": Story(NIGHT, lambda s: s.arrives("HELP")),
    "words at night": Story(NIGHT, lambda s: s.arrives("Can I move my visit?")),
    "a wrong number": Story(AFTERNOON, lambda s: s.arrives("wrong number")),
    "a crisis from a shared phone": Story(AFTERNOON, lambda s: s.arrives(DYING, PEOPLE["Ben"][0])),
    "STOP from a shared phone": Story(AFTERNOON, lambda s: s.arrives("STOP", PEOPLE["Ben"][0])),
    "a crisis from an unknown phone": Story(AFTERNOON, lambda s: s.arrives(DYING, UNKNOWN_PHONE)),
    "a mail in crisis": Story(AFTERNOON, lambda s: s.mails(DYING), MAILS),
    "a check-in that cannot arrive": Story(EVENING, lambda s: s.reported(CHECK_IN, "TEXT_INVALID"), RECEIPTS),
    "a crisis text that cannot arrive": Story(A_MINUTE_LATER, _crisis_text_failed, RECEIPTS, _in_crisis),
    "a page that cannot arrive": Story(
        A_MINUTE_LATER,
        lambda s: s.page_reported("TEXT_INVALID"),
        RECEIPTS,
        _in_crisis,
        # Both ways to this person may fail; then the next step of the ladder calls the next one.
        soon=timedelta(minutes=4),
    ),
    "a form with item 9": Story(BEFORE_THE_VISIT, _fills_in),
    "an alert taken on": Story(A_MINUTE_LATER, _acknowledges, TEXTS, _in_crisis),
    "an alert resolved": Story(A_MINUTE_LATER, _resolves, TEXTS, _in_crisis),
}

# By moment, so that each moment is played up to only once or twice.
NAMES = sorted(STORIES, key=lambda name: STORIES[name].moment)
