"""How a course goes with somebody: mood, scores and side effects on a day, derived and never drawn.

Believable, not clinical: half of those who finish a course answer with a PHQ-9 of half or less, a third
of all with less than 5, one in twelve is worse than before (McInnes 2022, in the clinical reference).
"""

import hashlib
import math
from collections.abc import Iterable
from datetime import datetime, timedelta

from infra.local.demo_people import Arc, DemoPerson, Turn

# What is left of the first PHQ-9 at the end of the course.
_LEFT = {
    Arc.REMITS: 0.16,
    Arc.RESPONDS: 0.40,
    Arc.FADES: 0.36,
    Arc.PARTLY: 0.66,
    Arc.NOT: 0.94,
    Arc.WORSE: 1.28,
}
# How much of the gain is gone each week after the last visit.
_FADES = {Arc.FADES: 0.09}
_FADES_OTHERWISE = 0.012
# One mood in thirty is of a bad day, percent.
_DIPS = 3
_ITEM_MAX, _PHQ_ITEMS, _GAD_ITEMS = 3, 9, 7


def chance(*named: object) -> int:
    """Return 0 to 99, the same for the same names: the demo's only dice."""
    text = ":".join(str(one) for one in named)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) % 100


def depression(person: DemoPerson, at: datetime) -> float:
    """Return the PHQ-9 that a person is at, 0 to 24, not rounded."""
    done = [person.starts_at(n) for n in person.visits if person.starts_at(n) < at]
    share = len(done) / min(len(person.visits), 6)
    effect = min(1.0, (1 - math.exp(-2.4 * share)) / (1 - math.exp(-2.4)))
    since = (at - done[-1]) if done else timedelta()
    weeks = max(0.0, since / timedelta(weeks=1) - 1)
    effect *= max(0.0, 1 - weeks * _FADES.get(person.arc, _FADES_OTHERWISE))
    return min(24.0, person.baseline * (1 - (1 - _LEFT[person.arc]) * effect))


def mood(person: DemoPerson, at: datetime, asked: str) -> int:
    """Return the mood that a person gives, 0 to 10. It lifts on the evening of a visit."""
    wobble = (-1, 0, 0, 0, 1)[chance(person.id, asked, "mood") % 5]
    if chance(person.id, asked, "dip") < _DIPS:
        return max(1, round(9.3 - depression(person, at) * 0.32) - 4)
    lift = 1 if asked.endswith((".evening", ".discharge")) and person.arc is not Arc.WORSE else 0
    return max(2, min(10, round(9.3 - depression(person, at) * 0.32) + wobble + lift))


def letters(person: DemoPerson, asked: str) -> str:
    """Return the side effects that a person names, as letters, or nothing."""
    dice = chance(person.id, asked, "letters")
    if asked.endswith(".evening"):
        return "A" if dice < 30 else "AB" if dice < 38 else "AD" if dice < 50 else "C" if dice < 58 else "N"
    if asked.endswith(".day1"):
        return "C" if dice < 9 else "E" if dice < 15 else "N" if dice < 70 else ""
    return ""


def form_answers(person: DemoPerson, codes: Iterable[str], at: datetime, asked: str) -> dict[str, int]:
    """Return what a person ticks in a form that holds these measures."""
    score = depression(person, at) + (-1, 0, 0, 1)[chance(person.id, asked, "form") % 4]
    total = max(0, min(24, round(score)))
    found: dict[str, int] = {}
    for code in codes:
        match code:
            case "phq-9":
                found |= _spread("phq9", total, _PHQ_ITEMS - 1, person.number)
                found["phq9_9"] = int(person.turn is Turn.ITEM_NINE and asked.endswith("-4.week2-form"))
                found["phq9_difficulty"] = min(3, total // 7)
            case "gad-7":
                found |= _spread("gad7", round(total * 0.72), _GAD_ITEMS, person.number + 3)
            case "mood":
                found["mood"] = mood(person, at, asked)
            case "bladder":
                found |= {f"bladder_{n}": 0 for n in range(1, 5)}
            case "misuse":
                found |= {"misuse_1": 0, "misuse_2": 0}
    return found


def _spread(name: str, total: int, items: int, first: int) -> dict[str, int]:
    """Spread a total over items, as evenly as it goes, beginning with another item for each person."""
    low, more = divmod(min(total, items * _ITEM_MAX), items)
    return {f"{name}_{(first + n) % items + 1}": low + (n < more) for n in range(items)}
