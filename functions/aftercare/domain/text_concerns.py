"""What in an answer to a check-in a person must look at: the mood, and the side-effect letters.

Source of every rule: clinical-regulatory sections 2.1, 2.2 and 6, behaviours 18 and 20.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from aftercare.domain.concern import Concern, ConcernReason
from aftercare.domain.course_change import Measured, mood_change
from aftercare.domain.tier import Tier

MOOD = "mood"
SIDE_EFFECTS = "side-effects"
NO_SIDE_EFFECTS = "N"

STILL_THERE = timedelta(hours=20)
"""From when on a side effect counts as "at 24 hours" (section 2.1).

Ours: the day-1 question leaves 24 hours after the session, and an evening question may be answered the
next morning. From 20 hours on either answer is of the day after, and a night lies between.
"""

_LETTERS_ANY_TIME = {"F": ConcernReason.BLADDER}
_LETTERS_NEXT_DAY = {
    "A": ConcernReason.DISSOCIATION,
    "B": ConcernReason.SICK_STOMACH,
    "D": ConcernReason.SEDATION,
}


def mood_concern(score: int, at: datetime, earlier: Iterable[Measured]) -> Concern | None:
    """Say whether staff are to look at one mood the same business day.

    A mood of 0 or 1 by itself, else a fall of 3 points or more below the patient's own week. It is
    amber, never red: behaviour 18 asks for the same business day, and words that come with the number
    go through the crisis screen of their own.

    Args:
        score: 0 (very bad) to 10 (very good).
        at: When it was answered, an aware instant.
        earlier: The patient's moods, in any order; those from ``at`` on are left aside.
    """
    found = mood_change([*(one for one in earlier if one.answered_at < at), Measured(score, at)])
    if found is None or not (found.low or found.fell):
        return None
    reason = ConcernReason.MOOD_LOW if found.low else ConcernReason.MOOD_FELL
    return Concern(Tier.AMBER, reason, MOOD, (MOOD,))


def letter_concerns(letters: str, since_session: timedelta | None) -> tuple[Concern, ...]:
    """Say which side effects staff are to look at the same business day, from the letters named.

    - F, trouble peeing: at any time. The table's red (blood, cannot pass urine) cannot be told from a
      letter; it comes by words or by the form.
    - A, dizzy or floaty: from 20 hours after the session on. Earlier it is what most people feel.
    - D, very sleepy: likewise. "Cannot stay awake" is red, and comes by words only.
    - B, sick stomach: likewise. The table says vomiting, and a sick stomach is not yet that; but a
      patient who vomits a day later has no other letter to name, so a person asks. The reason does
      not claim more than was said.
    - C, headache, and E, anxious: kept, no more ("mild headache: log"). Severe is said in words.

    Args:
        letters: As ``understand`` or a form returns them; ``N`` and nothing are no side effects.
        since_session: From the end of the session to the answer. None when that is not known: then
            they count as named a day later.
    """
    next_day = since_session is None or since_session >= STILL_THERE
    reasons = _LETTERS_ANY_TIME | (_LETTERS_NEXT_DAY if next_day else {})
    found = sorted({letter for letter in letters if letter in reasons})
    return tuple(Concern(Tier.AMBER, reasons[one], SIDE_EFFECTS, ("side_effects",)) for one in found)
