"""One touch of Ada's to weigh, as kind as can be unless a test says otherwise."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from aftercare.content.load_protocols import load_protocols
from aftercare.domain.clinic import Clinic
from aftercare.domain.decide import Decision, Library, decide
from aftercare.domain.followup import Followup
from aftercare.domain.plan import planned
from aftercare.domain.protocol import Kind, Step
from aftercare.domain.touch import Touch
from tests.building import (
    IV,
    NOON,
    a_clinic,
    a_followup,
    a_library,
    a_notice,
    a_touch,
    completed,
    owing,
    scheduled,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TODAY = date(2026, 11, 24)
LEFT = NOON - DAY


@dataclass(frozen=True)
class Case:
    """One weighing; what is not said is as kind as can be."""

    touch: Touch = field(default_factory=a_touch)
    followup: Followup = field(default_factory=lambda: a_followup(completed(LEFT)))
    clinic: Clinic = field(default_factory=a_clinic)
    library: Library = field(default_factory=a_library)
    now: datetime = NOON
    check_in_near: bool = False

    def decision(self) -> Decision:
        return decide(self.touch, self.followup, self.clinic, self.library, self.now, self.check_in_near)


def ada(**changes: object) -> Followup:
    return a_followup(completed(LEFT), **changes)


def step(key: str, protocol: str = IV) -> Step:
    return next(step for step in load_protocols()[protocol].steps if step.key == key)


def of_plan(followup: Followup, key: str) -> Touch:
    found = planned(followup, a_clinic(), load_protocols())
    return next(touch for touch in found if touch.key == key and touch.session_id == "ses-1")


def first_touch(followup: Followup, key: str) -> Case:
    """Weigh a planned touch of session 1 at the moment it is due."""
    touch = of_plan(followup, key)
    return Case(touch, followup, now=touch.due_at)


def library_without(id_: str) -> Library:
    library = a_library()
    return replace(library, words={k: v for k, v in library.words.items() if k != id_})


LEARN = a_touch(Kind.EDUCATION)
FORM = a_touch(Kind.MEASURE, words="form")
OPT_IN = planned(owing(a_notice(Kind.OPT_IN)), a_clinic(), load_protocols())[0]
HELP = planned(owing(a_notice(Kind.HELP)), a_clinic(), load_protocols())[0]
UNTIL_TONIGHT = a_touch(too_late_at=NOON + 6 * HOUR)
DAY3 = a_touch(step=step("day3"))


def reminded(*visits_ago: timedelta, **changes: object) -> Case:
    """Weigh the 72-hour reminder of session 1 when Ada was here so long before it."""
    start = NOON + 3 * DAY
    visits = [completed(start - ago, n, **changes) for n, ago in enumerate(visits_ago, 2)]
    return first_touch(a_followup(scheduled(start), *visits), "reminder-72h")
