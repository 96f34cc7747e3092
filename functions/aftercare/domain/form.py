"""What a submitted form means: read whole or refused, and what in it a person must look at.

A caller looks first (``first_look``), screens the patient's words (``answers.written``), and only then
reads the form: neither may wait for the other answers to be right.
Source of every rule: clinical-regulatory sections 2.1, 3.2 and 4, unless another one is named.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aftercare.domain.answers import Answers, ItemNine, item_nine, reaches, read_answers
from aftercare.domain.concern import Concern, ConcernReason
from aftercare.domain.course_change import Measured, course_change
from aftercare.domain.errors import BadInput
from aftercare.domain.scale import NumberItem, Scale, WordsItem
from aftercare.domain.score import Score, score
from aftercare.domain.text_concerns import MOOD, SIDE_EFFECTS, letter_concerns, mood_concern
from aftercare.domain.tier import Tier

ITEM_NINE_TIER = Tier.RED
"""Any answer above "not at all" is red, a 1 like a 3.

Section 3.2 has any value from 1 open a human review and warns that completing it remotely needs a
prompt response path; behaviour 7 shows the crisis panel at once, and that panel tells the patient that
the clinic has been told. An amber waits for the next business day: on a Friday evening that would make
the panel untrue. The tier does not grow with the value: that would be a score of risk, which we do not
make (section 4.1). A blank is an amber task (behaviour 8), and so is what is no answer at all.
"""


@dataclass(frozen=True, slots=True)
class Form:
    """A form that was read whole. ``scales``: the measures asked, in the order they were asked."""

    scales: tuple[Scale, ...]
    answers: Answers

    @property
    def words(self) -> Mapping[str, str]:
        """The patient's own words, by item id."""
        own = [item.id for scale in self.scales for item in scale.items if isinstance(item, WordsItem)]
        return {id_: str(self.answers[id_]) for id_ in own if id_ in self.answers}


def first_look(
    raw: Mapping[str, object], codes: Collection[str], measures: Mapping[str, Scale]
) -> tuple[Concern, ...]:
    """Find what must not wait, in answers as they arrived: item 9, and every question with a trigger.

    Never raises, and sees every answer whatever the others are. It can be asked again with each answer
    that is saved; until the form is submitted, ``item_nine_blank`` means only "not yet".

    Args:
        raw: Answers by item id, unchecked.
        codes: Of the measures that were asked. An answer to another one counts all the same.
        measures: Every measure by code.
    """
    found = [one for scale in measures.values() for one in _first(scale, raw, asked=scale.code in codes)]
    return _worst_first(found)


def read_form(raw: Mapping[str, object], codes: Sequence[str], measures: Mapping[str, Scale]) -> Form:
    """Check a submitted form.

    Args:
        raw: Answers by item id, such as ``phq9_1`` or ``bladder_3``: whole numbers, letters such as
            ``"AC"``, or words. None is a blank, and any blank may be submitted.
        codes: Of the measures that were asked, such as ``phq-9``.
        measures: Every measure by code.

    Raises:
        BadInput: A code or an id is unknown, or an answer is none of its choices. Names the field and
            what is allowed; ``found`` may be a patient's words.
    """
    for code in codes:
        if code not in measures:
            raise BadInput("measures", code, f"one of {', '.join(sorted(measures))}")
    scales = tuple(measures[code] for code in dict.fromkeys(codes))
    return Form(scales, read_answers(raw, scales))


def scored(form: Form) -> tuple[Score, ...]:
    """Return what the answers to each measure of the form come to, in the order they were asked."""
    return tuple(score(scale, form.answers) for scale in form.scales)


def concerns(
    form: Form,
    at: datetime,
    history: Mapping[str, Iterable[Measured]],
    *,
    began_at: datetime | None = None,
    since_session: timedelta | None = None,
) -> tuple[Concern, ...]:
    """Return everything in a form that a person must look at, the reds first; each reason once.

    What ``first_look`` found in the same answers is found here again. Only a rise of the PHQ-9 to 5
    points over the patient's best total is added from the totals; with too many blanks for a total, what
    was answered counts when it alone is that much higher.

    Args:
        form: The form.
        at: When it was submitted, an aware instant.
        history: Earlier totals by the measure's code, in any order; those from ``at`` on are left aside.
        began_at: When the first session of the course began. None: the best of all history counts.
        since_session: From the end of the latest session to the answer, if that is known.
    """
    found: list[Concern] = []
    for scale in form.scales:
        earlier = [one for one in history.get(scale.code, ()) if one.answered_at < at]
        found += _first(scale, form.answers, asked=True)
        found += _rise(scale, form.answers, at, earlier, began_at)
        found += _as_by_text(scale, form.answers, at, earlier, since_session)
    return _worst_first(found)


def _first(scale: Scale, raw: Mapping[str, object], *, asked: bool) -> Iterator[Concern]:
    nine, watched = item_nine(scale, raw), scale.watched
    if watched is not None and nine is ItemNine.PRESENT:
        yield Concern(ITEM_NINE_TIER, ConcernReason.ITEM_NINE, scale.code, (watched.id,))
    elif watched is not None and (nine is ItemNine.UNREADABLE or (asked and nine is ItemNine.BLANK)):
        yield Concern(Tier.AMBER, ConcernReason.ITEM_NINE_BLANK, scale.code, (watched.id,))
    for item in scale.items:
        trigger = item.trigger if isinstance(item, NumberItem) else None
        if trigger is not None and reaches(raw.get(item.id), trigger.at_least):
            yield Concern(trigger.tier, trigger.reason, scale.code, (item.id,))


def _rise(
    scale: Scale, answers: Answers, at: datetime, earlier: Sequence[Measured], began_at: datetime | None
) -> Iterator[Concern]:
    if scale.change is None or scale.change.worsening is None or not earlier:
        return
    found = score(scale, answers)
    # The sum of what was answered can only be too low: it stands in without guessing any blank.
    latest = Measured(found.observed if found.total is None else found.total, at)
    began_at = began_at or min(one.answered_at for one in earlier)
    change = course_change(scale.change, [*earlier, latest], began_at)
    if change is not None and change.worsened:
        yield Concern(Tier.AMBER, ConcernReason.PHQ9_ROSE, scale.code)


def _as_by_text(
    scale: Scale,
    answers: Answers,
    at: datetime,
    earlier: Sequence[Measured],
    since_session: timedelta | None,
) -> Iterator[Concern]:
    mood, letters = answers.get("mood"), answers.get("side_effects")
    if scale.code == MOOD and isinstance(mood, int):
        concern = mood_concern(mood, at, earlier)
        if concern is not None:
            yield concern
    elif scale.code == SIDE_EFFECTS and isinstance(letters, str):
        yield from letter_concerns(letters, since_session)


def _worst_first(found: Iterable[Concern]) -> tuple[Concern, ...]:
    """Join the concerns of one reason and one tier into one, and put the reds first."""
    joined: dict[tuple[Tier, str, str], tuple[str, ...]] = {}
    for one in found:
        key = (one.tier, one.reason, one.measure)
        joined[key] = (*joined.get(key, ()), *one.items)
    ordered = sorted(joined.items(), key=lambda pair: -pair[0][0].rank)
    return tuple(Concern(*key, tuple(dict.fromkeys(items))) for key, items in ordered)
