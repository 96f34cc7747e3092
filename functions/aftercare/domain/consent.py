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
    """Where one channel and purpose stands: the latest yes, the latest no, the latest new address.

    All only ever grow, so events may arrive in any order and any number of times and end in the
    same place. At equal instants the no wins, and of two expiries the earlier.

    Attributes:
        given_at: When the patient last said yes.
        stated_at: When that yes was stated to us; an address set after it is not the one it was for.
        withdrawn_at: When the patient last said no.
        address_at: Since when the channel's present address holds, if it ever changed.
        expires_on: The last day of the yes.
        own: The patient's own word ended it, and nobody else did: their own word may give it back.
    """

    given_at: datetime | None = None
    stated_at: datetime | None = None
    withdrawn_at: datetime | None = None
    address_at: datetime | None = None
    expires_on: date | None = None
    own: bool = False

    @property
    def agreed(self) -> bool:
        """Whether the yes is newer than any no, and was stated for the present address."""
        if self.given_at is None or self.stated_at is None:
            return False
        if self.withdrawn_at is not None and self.withdrawn_at >= self.given_at:
            return False
        return self.address_at is None or self.stated_at >= self.address_at

    def stands(self, today: date) -> bool:
        """Say whether a message may go out today under this consent.

        Args:
            today: The patient's own calendar day.
        """
        return self.agreed and (self.expires_on is None or today <= self.expires_on)

    def with_given(self, at: datetime, stated_at: datetime, expires_on: date | None) -> "Standing":
        if self.given_at is None or at > self.given_at:
            return replace(self, given_at=at, stated_at=stated_at, expires_on=expires_on)
        if at < self.given_at:
            return self
        expiries = [day for day in (self.expires_on, expires_on) if day is not None]
        stated = max(stated_at, self.stated_at or stated_at)
        return replace(self, stated_at=stated, expires_on=min(expiries, default=None))

    def with_address(self, at: datetime) -> "Standing":
        return self if self.address_at is not None and at <= self.address_at else replace(self, address_at=at)

    def with_withdrawn(self, at: datetime, *, own: bool = False) -> "Standing":
        """Return it after a no. ``own``: the patient's, to us; any other no to the same yes outweighs it."""
        if own:
            own = self.own or self.agreed or self.withdrawn_at is None
        elif self.given_at is not None and at < self.given_at:
            own = self.own
        latest = at if self.withdrawn_at is None else max(at, self.withdrawn_at)
        return replace(self, withdrawn_at=latest, own=own)


Standings = Mapping[ConsentKey, Standing]


def give(standings: Standings, consent: Consent, occurred_at: datetime) -> Standings:
    """Return the standings after one more yes, stated by a fact of ``occurred_at``."""
    stated_at = max(consent.given_at, occurred_at)
    before = standings.get(consent.key, Standing())
    return {**standings, consent.key: before.with_given(consent.given_at, stated_at, consent.expires_on)}


def withdraw(
    standings: Standings, keys: Iterable[ConsentKey], at: datetime, *, own: bool = False
) -> Standings:
    """Return the standings after a no to each of ``keys``, given or not. ``own``: as in ``Standing``."""
    after = dict(standings)
    for key in keys:
        after[key] = after.get(key, Standing()).with_withdrawn(at, own=own)
    return after


def readdress(standings: Standings, channel: Channel, at: datetime) -> Standings:
    """Return the standings after a channel's address changed: every yes must be stated again."""
    keys = [key for key in ALL_KEYS if key[0] is channel]
    return {**standings, **{key: standings.get(key, Standing()).with_address(at) for key in keys}}


def stop(standings: Standings, at: datetime, channels: Iterable[Channel] = tuple(Channel)) -> Standings:
    """Return the standings after the patient's own opt-out: no yes that we know of outlives it.

    A yes dated ahead of our clock must not survive the patient's own word.
    """
    keys = [key for key in ALL_KEYS if key[0] in set(channels)]
    after = dict(withdraw(standings, keys, at, own=True))
    for key in keys:
        given_at = after[key].given_at
        if given_at is not None:
            after[key] = after[key].with_withdrawn(given_at, own=True)
    return after
