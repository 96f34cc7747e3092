"""What a patient agreed to, per channel and purpose, and whether it stands at an instant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum


class Channel(StrEnum):
    SMS = "sms"
    EMAIL = "email"


class Purpose(StrEnum):
    CARE = "care"
    EDUCATION = "education"


ConsentKey = tuple[Channel, Purpose]
ALL_KEYS: tuple[ConsentKey, ...] = tuple((c, p) for c in Channel for p in Purpose)


@dataclass(frozen=True, slots=True)
class Consent:
    """One act of consent, kept for as long as the law asks for the proof of it.

    ``wording`` is the exact text the patient was shown, ``given_at`` an aware instant.
    ``expires_on`` is the last day the consent stands, on the patient's calendar.
    """

    channel: Channel
    purpose: Purpose
    wording_version: str
    wording: str
    method: str
    given_at: datetime
    recorded_by: str
    expires_on: date | None = None

    @property
    def key(self) -> ConsentKey:
        return self.channel, self.purpose


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one channel and purpose stands: the latest yes and the latest no.

    Both only ever grow, so events may arrive in any order and any number of times and end in
    the same place. At equal instants the no wins.
    """

    given_at: datetime | None = None
    withdrawn_at: datetime | None = None
    expires_on: date | None = None

    def stands(self, today: date) -> bool:
        """Say whether a message may go out today under this consent.

        Args:
            today: The patient's own calendar day.
        """
        if self.given_at is None:
            return False
        if self.withdrawn_at is not None and self.withdrawn_at >= self.given_at:
            return False
        return self.expires_on is None or today <= self.expires_on

    def with_given(self, at: datetime, expires_on: date | None) -> "Standing":
        if self.given_at is not None and at <= self.given_at:
            return self
        return replace(self, given_at=at, expires_on=expires_on)

    def with_withdrawn(self, at: datetime) -> "Standing":
        if self.withdrawn_at is not None and at <= self.withdrawn_at:
            return self
        return replace(self, withdrawn_at=at)


Standings = Mapping[ConsentKey, Standing]


def give(standings: Standings, consent: Consent) -> Standings:
    """Return the standings after one more yes."""
    before = standings.get(consent.key, Standing())
    return {**standings, consent.key: before.with_given(consent.given_at, consent.expires_on)}


def withdraw(standings: Standings, keys: Iterable[ConsentKey], at: datetime) -> Standings:
    """Return the standings after a no to each of ``keys``, given or not."""
    after = dict(standings)
    for key in keys:
        after[key] = after.get(key, Standing()).with_withdrawn(at)
    return after
