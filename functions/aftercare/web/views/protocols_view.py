"""The protocols as staff read them: what each is for, and what the clinic changed about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import quote, urlencode

from aftercare.domain.clinic import Clinic, StepOverride
from aftercare.domain.ids import ProtocolId
from aftercare.domain.protocol import Kind, Protocol, Step
from aftercare.domain.titles import MEASURES, title_of
from aftercare.domain.when import spoken_day
from aftercare.usecases.see_protocols import ProtocolList
from aftercare.web.views.labels import counted

# What the service says by itself, in no protocol.
ANSWERS = {
    "opt_in": "Welcome text",
    "opt_in_unmonitored": "Welcome text, nobody on call",
    "opt_out": "Confirmation of an opt-out",
    "help": "Answer to HELP",
    "after_hours": "Answer out of hours",
    "crisis": "Crisis text",
    "crisis_stop": "Crisis text, with an opt-out",
    "crisis_medical": "Crisis text, medical emergency",
    "crisis_medical_stop": "Crisis text, medical emergency, with an opt-out",
    "crisis_unmonitored": "Crisis text, closed and nobody on call",
    "crisis_unmonitored_stop": "Crisis text, closed and nobody on call, with an opt-out",
    "crisis_unmonitored_medical": "Crisis text, closed and nobody on call, medical emergency",
    "crisis_unmonitored_medical_stop": "Crisis text, closed and nobody on call, medical, with an opt-out",
    "we_will_call": "Crisis text while nobody has answered",
    "page_red": "Call to staff, red alert",
    "page_amber": "Call to staff, amber alert",
    "page_test": "Call to staff, weekly test",
}


@dataclass(frozen=True, slots=True)
class Link:
    """``icon``: of macros/icons.html; empty for none."""

    title: str
    path: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """Until when somebody must have read it again: ``May 31, 2027``."""

    by: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One protocol of the list. ``changes``: what the clinic changed, a sentence each."""

    title: str
    path: str
    said: str
    review: Review
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProtocolsView:
    cards: tuple[Card, ...]
    topics: tuple[Link, ...]
    answers: tuple[Link, ...]


def protocols_view(found: ProtocolList) -> ProtocolsView:
    """Return the list of protocols, and of all words that are in none."""
    return ProtocolsView(
        cards=tuple(_card(one, found.clinic, found.today) for one in found.protocols),
        topics=tuple(
            Link(title_of(Kind.EDUCATION, id_).removeprefix("Education: ").capitalize(), words_path(id_))
            for id_ in found.topics
        ),
        answers=tuple(Link(title, words_path(id_)) for id_, title in ANSWERS.items()),
    )


def words_path(words_id: str, protocol_id: str = "", start: str = "") -> str:
    """Return where one message's words are shown; the rest is the way back."""
    back = {name: value for name, value in (("protocol", protocol_id), ("start", start)) if value}
    path = f"/protocols/words/{quote(words_id, safe='')}"
    return f"{path}?{urlencode(back)}" if back else path


def review(by: date, today: date) -> Review:
    return Review(day_in_year(by), today > by)


def day_in_year(day: date) -> str:
    """``Nov 23, 2026``."""
    return f"{spoken_day(day).partition(' ')[2]}, {day.year}"


def changes_of(protocol: Protocol, clinic: Clinic) -> tuple[str, ...]:
    """Say what the clinic file changes about a protocol."""
    overrides: Mapping[str, StepOverride] = clinic.overrides.get(ProtocolId(protocol.id), {})
    named = {step.key: step_title(step) for step in protocol.steps}
    return tuple(f"{named.get(key, key)}: {_change(one)}" for key, one in overrides.items())


def step_title(step: Step) -> str:
    title = title_of(step.kind, step.words)
    if step.measures and step.kind is Kind.MEASURE:
        return f"{title} ({', '.join(MEASURES.get(code, code) for code in step.measures)})"
    return title


def _change(one: StepOverride) -> str:
    if one.off:
        return "switched off"
    said = []
    if one.days is not None:
        said.append(f"{counted(abs(one.days), 'day')} {'before' if one.days < 0 else 'after'}")
    if one.after is not None:
        said.append(f"{_hours(one.after)} after")
    if one.before is not None:
        said.append(f"{_hours(one.before)} before")
    if one.at is not None:
        said.append(f"at {one.at.hour % 12 or 12}:{one.at.minute:02d} {'am' if one.at.hour < 12 else 'pm'}")
    return ", ".join(said)


def _hours(much: timedelta) -> str:
    minutes = much // timedelta(minutes=1)
    return counted(minutes // 60, "hour") if minutes % 60 == 0 else counted(minutes, "minute")


def _card(protocol: Protocol, clinic: Clinic, today: date) -> Card:
    visits = counted(len(protocol.usual_days), "session")
    span = protocol.usual_days[-1] - protocol.usual_days[0]
    over = f" over {counted(span, 'day')}" if span else ""
    return Card(
        title=protocol.title,
        path=f"/protocols/{quote(protocol.id, safe='')}",
        said=f"{visits}{over} in a usual course, {counted(len(protocol.steps), 'kind')} of messages.",
        review=review(protocol.review_by, today),
        changes=changes_of(protocol, clinic),
    )
