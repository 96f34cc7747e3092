"""What a patient's answers to one measure come to, with and without blanks.

Source of every rule: clinical-regulatory section 3.2, unless another one is named.
"""

from dataclasses import dataclass
from types import MappingProxyType

from aftercare.domain.answers import Answers
from aftercare.domain.scale import Band, Scale


@dataclass(frozen=True, slots=True)
class Score:
    """What one patient's answers to one measure come to.

    Attributes:
        code: The measure's.
        revision: Of the words that were shown.
        answers: To this measure's items, each kept as given.
        missing: Ids of the items left blank, but for those whose blank is no gap.
        observed: The sum of the scored answers there are.
        total: None when too much is missing, or when the measure has none.
        prorated: The total makes up for a blank, and is shown so.
        band: Where the total lies.
    """

    code: str
    revision: str
    answers: Answers
    missing: tuple[str, ...]
    observed: int
    total: int | None
    prorated: bool
    band: Band | None

    @property
    def complete(self) -> bool:
        return not self.missing


def score(scale: Scale, answers: Answers) -> Score:
    """Score one measure from checked answers; those to other measures are left aside.

    Missing items: the PHQ-9 and the GAD-7 may lack one, the PHQ-2 none. A blank item 9 leaves the
    PHQ-9 without a total: to prorate would be to guess it, and a total would hide that it is open.

    Args:
        scale: The measure.
        answers: As ``read_answers`` returns them.
    """
    own = {item.id: answers[item.id] for item in scale.items if item.id in answers}
    values = [value for item in scale.scored if type(value := own.get(item.id)) is int]
    total = _total(scale, values, own)
    return Score(
        code=scale.code,
        revision=scale.revision,
        answers=MappingProxyType(own),
        missing=tuple(item.id for item in scale.asked if item.id not in own),
        observed=sum(values),
        total=total,
        prorated=total is not None and len(values) < len(scale.scored),
        band=None if total is None else band_of(scale, total),
    )


def band_of(scale: Scale, total: int) -> Band | None:
    """Return the band ``total`` lies in, or None for a measure without bands."""
    return next((band for band in scale.bands if band.lowest <= total <= band.highest), None)


def _total(scale: Scale, values: list[int], own: Answers) -> int | None:
    asked, answered = len(scale.scored), len(values)
    if not answered or asked - answered > scale.missing_max:
        return None
    if scale.watched is not None and scale.watched.id not in own:
        return None
    # The mean answer times the number of items, halves up, without a float in between.
    return (2 * sum(values) * asked + answered) // (2 * answered)
