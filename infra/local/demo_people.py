"""The demo clinic's forty patients. All of them are invented, and so are their numbers.

One line each: who they are, which course they are on and how it goes with them. What they answer, and
when, follows from that in ``demo_life``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

CLINIC_ID, CLINIC_NUMBER = "riverside", "+12025550199"
CLINIC_ZONE = ZoneInfo("America/New_York")
# A Monday morning, a little after nine: the clinic has opened, and one red alert is at its second rung.
NOW = datetime(2026, 11, 23, 9, 6, 40, tzinfo=CLINIC_ZONE)
# The Monday of the first visits; whoever comes that week enrolled the week before.
FIRST_WEEK = date(2026, 8, 31)
_ENROLLED_BEFORE = timedelta(days=8)
# Days from the first visit. Six in three weeks; the nasal spray twice weekly, then weekly (its label).
_INDUCTION = (0, 3, 7, 10, 14, 17)
_SPRAY = (0, 3, 7, 10, 14, 17, 21, 24, 28, 35, 42, 49)
_MAINTENANCE = (0, 21, 42, 63, 84)
VISITS: Mapping[str, tuple[int, ...]] = {
    "ketamine-iv-induction": _INDUCTION,
    "ketamine-im-induction": _INDUCTION,
    "esketamine-nasal": _SPRAY,
    "ketamine-maintenance": _MAINTENANCE,
}
_PROTOCOLS = {name.split("-")[1][:2]: name for name in VISITS}
_ZONES = {
    "ny": CLINIC_ZONE,
    "ch": ZoneInfo("America/Chicago"),
    "la": ZoneInfo("America/Los_Angeles"),
    "ph": ZoneInfo("America/Phoenix"),
}


class Arc(StrEnum):
    """How a course goes. Half respond, a third of all remit, one in twelve gets worse (McInnes 2022)."""

    REMITS = "remits"
    RESPONDS = "responds"
    FADES = "fades"
    PARTLY = "partly"
    NOT = "not"
    WORSE = "worse"


class Turn(StrEnum):
    """What makes somebody's story their own."""

    RED_NOW = "red_now"
    RED_BEFORE = "red_before"
    ITEM_NINE = "item_nine"
    AMBER_NOW = "amber_now"
    AMBER_LETTER = "amber_letter"
    STOPS = "stops"
    WRONG_NUMBER = "wrong_number"
    BOUNCES = "bounces"
    UNDELIVERED = "undelivered"
    SILENT = "silent"
    ASKS = "asks"
    TALKS = "talks"
    CANCELS = "cancels"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One patient.

    Attributes:
        number: 1 to 40, from which phone and birth date are derived.
        first_on: Day of the first visit.
        visit_at: Wall time of every visit, in the patient's own zone.
        baseline: PHQ-9 before the first visit, 0 to 24 (item 9 left at 0).
        answers: Share of our questions that are answered, in percent.
        by_mail: Whether they agreed to learn by mail.
    """

    number: int
    name: str
    language: str
    zone: ZoneInfo
    protocol: str
    arc: Arc
    first_on: date
    visit_at: time
    baseline: int
    answers: int
    by_mail: bool
    turn: Turn | None = None

    @property
    def id(self) -> str:
        """The clinic's own id of them."""
        return f"pat-{self.number:02d}"

    @property
    def phone(self) -> str:
        """A number that belongs to nobody: 555-0100 to 0199 is kept for stories."""
        return f"+1212555{100 + self.number:04d}"

    @property
    def email(self) -> str:
        """An address of a domain that is kept for examples."""
        return f"{self.name.lower()}@example.org"

    @property
    def born_on(self) -> date:
        """Between 22 and 71 years before the demo."""
        return date(1955 + self.number * 13 % 49, self.number * 5 % 12 + 1, self.number * 11 % 28 + 1)

    @property
    def enrolled_at(self) -> datetime:
        """In the clinic's morning, in the week before the first visit."""
        on = self.first_on - _ENROLLED_BEFORE
        # Nobody enrols on a Sunday.
        on += timedelta(days=on.weekday() == 6)
        return datetime.combine(on, time(9, 40 + self.number % 19), self.zone) + timedelta(hours=1)

    def starts_at(self, number: int) -> datetime:
        """Return when a visit starts; ``number`` counts from 1."""
        on = self.first_on + timedelta(days=VISITS[self.protocol][number - 1])
        return datetime.combine(on, self.visit_at, self.zone)

    def misses(self, number: int) -> bool:
        """Say whether a visit was called off."""
        return self.turn is Turn.CANCELS and number == 3

    @property
    def visits(self) -> range:
        """The numbers of the course's visits."""
        return range(1, len(VISITS[self.protocol]) + 1)


# name language zone protocol arc week.day hour baseline answers mail turn
_TABLE = """
Ada      en ny iv remits   0.0  11 19 90 mail
Ben      en ny iv responds 0.1  14 17 80 mail
Carmen   es ny im remits   0.0  10 18 85 mail talks
Dora     en ny na responds 0.1  15 20 75 mail
Elif     en ch iv partly   0.2  13 16 70 -
Frank    en ny iv fades    0.0  16 20 88 mail amber_now
Grace    en ny ma remits   1.0  12 11 92 mail
Hiro     en la im partly   1.1  11 18 78 mail
Ines     es ny iv remits   1.2  14 17 82 mail
Jonas    en ny na partly   1.0  9  19 65 mail bounces
Kofi     en ny iv remits   2.1  11 21 86 -
Lucia    es ny im not      2.0  15 18 60 mail
Mary     en ny iv worse    2.2  10 17 75 mail red_before
Nils     en ch na remits   2.0  13 20 83 mail
Olga     en ny iv responds 3.0  12 19 77 mail
Pablo    es ph im remits   3.1  10 16 80 mail
Quinn    en ny iv partly   3.2  14 18 72 - stops
Rosa     es ny ma responds 3.0  11 12 85 mail
Sam      en ny iv remits   4.1  16 20 90 mail
Tara     en ny na responds 4.0  10 18 81 mail item_nine
Uma      en la iv partly   4.2  11 17 68 mail
Victor   en ny im not      5.0  13 19 55 - wrong_number
Wanda    en ny iv remits   5.1  15 18 88 mail
Ximena   es ny iv responds 5.0  9  20 79 mail
Yusuf    en ny na partly   5.2  14 17 70 mail undelivered
Zoe      en ny iv remits   6.0  12 19 84 mail
Amir     en ny im partly   6.1  11 18 74 mail
Bella    en ch iv worse    6.2  16 16 66 mail amber_letter
Cleo     en ny iv responds 7.0  10 21 80 mail asks
Diego    es ny na remits   7.1  15 19 82 mail
Esther   en ny im not      7.0  13 20 40 - silent
Felix    en ny iv partly   8.1  14 17 73 mail
Gloria   es ny iv responds 8.0  9  18 81 mail stops
Henry    en ny ma remits   8.0  16 10 90 mail
Iris     en ny iv partly   9.0  11 22 70 mail red_now
Jack     en ny im partly   9.1  12 19 76 -
Kim      en ny iv remits   10.0 15 18 85 mail asks
Leo      en ny na partly   10.1 10 20 69 mail
Mona     es ny iv worse    11.0 14 17 78 mail cancels
Noor     en ny iv partly   12.1 13 19 80 mail
"""


def _person(number: int, line: str) -> DemoPerson:
    name, language, zone, protocol, arc, begins, hour, baseline, answers, mail, *turn = line.split()
    week, day = begins.split(".")
    return DemoPerson(
        number=number,
        name=name,
        language=language,
        zone=_ZONES[zone],
        protocol=_PROTOCOLS[protocol],
        arc=Arc(arc),
        first_on=FIRST_WEEK + timedelta(weeks=int(week), days=int(day)),
        visit_at=time(int(hour)),
        baseline=int(baseline),
        answers=int(answers),
        by_mail=mail == "mail",
        turn=Turn(turn[0]) if turn else None,
    )


PEOPLE: Mapping[str, DemoPerson] = {
    person.id: person
    for person in (_person(n, line) for n, line in enumerate(_TABLE.strip().splitlines(), start=1))
}
