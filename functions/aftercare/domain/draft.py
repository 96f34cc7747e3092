"""A form that is being filled in: who may, what was answered so far, and when its link is closed.

The rules of the patient's pages. A draft lies beside its link, and ends with it.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from aftercare.domain.answers import Answer
from aftercare.domain.compose import FORM, FORM_OPEN, secret_hash
from aftercare.domain.consent import Purpose
from aftercare.domain.followup import Followup
from aftercare.domain.protocol import Kind
from aftercare.domain.records import Link, Sent
from aftercare.domain.scale import Item, Scale

TRIES_MAX = 5
"""Wrong birth dates until the link is closed. Source: DESIGN section 7."""

IDLE_MAX = timedelta(minutes=20)
"""Without a press of a button; then the birth date is asked for again. Answers are kept."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What has been said on one link so far.

    Attributes:
        secret_hash: Of the link.
        tries: Wrong birth dates since the last right one.
        locked_at: When there was one too many; the link stays closed.
        holder: Hash of the cookie of the browser that gave the birth date last.
        seen_at: When that browser last sent something.
        language: What the patient chose to read; ``None``: their own.
        answers: By item id, each one an answer to its question.
        skipped: Items passed over on purpose.
        told: By item id, the fingerprint of the answer whose alert has been raised.
        sent_at: When the whole form was taken.
        urgent: Something in it must not wait: the crisis panel is shown first.
    """

    secret_hash: str
    tries: int = 0
    locked_at: datetime | None = None
    holder: str | None = None
    seen_at: datetime | None = None
    language: str | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    told: Mapping[str, str] = field(default_factory=dict)
    sent_at: datetime | None = None
    urgent: bool = False
    version: int = 0

    def knows(self, cookie: str) -> bool:
        """Say whether this browser gave the right birth date, and none did after it."""
        if self.holder is None or not cookie.isascii():
            return False
        return hmac.compare_digest(self.holder, secret_hash(cookie))

    def awake(self, now: datetime) -> bool:
        """Say whether that browser sent something within the last 20 minutes."""
        return self.seen_at is not None and now - self.seen_at <= IDLE_MAX

    @property
    def locks_next(self) -> bool:
        return self.tries + 1 >= TRIES_MAX

    def missed(self, now: datetime) -> "Draft":
        """Count a wrong birth date."""
        return replace(self, tries=self.tries + 1, locked_at=now if self.locks_next else None)

    def entered(self, cookie: str, language: str | None, now: datetime) -> "Draft":
        """Let the browser in that gave the right birth date."""
        chosen = language or self.language
        return replace(self, tries=0, holder=secret_hash(cookie), seen_at=now, language=chosen)

    def with_answer(self, item_id: str, answer: Answer) -> "Draft":
        return replace(
            self, answers={**self.answers, item_id: answer}, skipped=self.skipped.difference({item_id})
        )

    def without_answer(self, item_id: str) -> "Draft":
        """Pass a question over; an answer given before is taken back, what it raised is not."""
        kept = {id_: answer for id_, answer in self.answers.items() if id_ != item_id}
        return replace(self, answers=kept, skipped=self.skipped | {item_id})

    def has_told(self, item_id: str, answer: object) -> bool:
        return self.told.get(item_id) == fingerprint(answer)

    def having_told(self, item_id: str, answer: object) -> "Draft":
        return replace(self, told={**self.told, item_id: fingerprint(answer)})


def fingerprint(answer: object) -> str:
    """Stand for an answer where it must not be repeated."""
    return hashlib.sha256(repr(answer).encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Question:
    """One page of the form."""

    scale: Scale
    item: Item


def codes_of(link: Link) -> tuple[str, ...]:
    """Return the measures that a link asks for, in order; none for a link to something else."""
    if not link.opens.startswith(FORM):
        return ()
    return tuple(dict.fromkeys(code for code in link.opens.removeprefix(FORM).split(",") if code))


def questions(link: Link, measures: Mapping[str, Scale]) -> tuple[Question, ...]:
    """Return the pages of a form. A measure that is not shipped any more has none."""
    scales = [measures[code] for code in codes_of(link) if code in measures]
    return tuple(Question(scale, item) for scale in scales for item in scale.items)


def next_open(asked: Sequence[Question], draft: Draft) -> int:
    """Return the place of the first question neither answered nor passed over; past the end: none is left."""
    passed = draft.answers.keys() | draft.skipped
    return next((n for n, one in enumerate(asked) if one.item.id not in passed), len(asked))


def ended_since(link: Link, followup: Followup, sent: Sequence[Sent]) -> bool:
    """Say whether a link to a form was taken back by what happened after it was made.

    A withdrawal (STOP), a closed file, an address that changed hands, a newer link to a form: nothing
    has to be written anywhere for the link to be closed, so no crash can leave it open.

    Args:
        link: To a form.
        followup: The patient.
        sent: Our messages to them, in any order.
    """
    made_at = link.made_at or link.expires_at - FORM_OPEN
    care = [s for (_, purpose), s in followup.standings.items() if purpose is Purpose.CARE]
    since = [at for one in care for at in (one.withdrawn_at, one.address_at) if at is not None]
    newer = (
        one.kind is Kind.MEASURE
        and one.provider_id is not None
        and one.touch_id != link.touch_id
        and one.claimed_at > made_at
        for one in sent
    )
    return followup.closed or any(at >= made_at for at in since) or any(newer)
