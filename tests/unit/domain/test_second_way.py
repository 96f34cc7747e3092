"""A message that did not arrive goes out once more by the other channel, where the patient agreed to it."""

from datetime import timedelta
from typing import Any

import pytest

from aftercare.domain.consent import ALL_KEYS, Channel, ConsentKey, Purpose
from aftercare.domain.followup import Followup, Mark, MarkState
from aftercare.domain.ids import TouchId
from aftercare.domain.protocol import Kind
from aftercare.domain.second_way import sent_again
from tests.building import NOON, a_followup, agreed, completed, yes

TOUCH = TouchId("ses-1.day1")
CLAIMED = Mark(MarkState.CLAIMED, NOON)
OTHER = {Channel.SMS: Channel.EMAIL, Channel.EMAIL: Channel.SMS}


def ada(mark: Mark | None = CLAIMED, **changes: Any) -> Followup:
    marks = {"day1": mark} if mark else {}
    return a_followup(completed(NOON - timedelta(days=1), marks=marks, settled=True), **changes)


@pytest.mark.parametrize("by", list(Channel))
@pytest.mark.parametrize("kind", [Kind.REMINDER, Kind.SAFETY, Kind.CHECK_IN, Kind.MEASURE, Kind.EDUCATION])
@pytest.mark.parametrize("key", ALL_KEYS)
def test_only_the_consent_for_the_other_channel_and_this_purpose_opens_the_other_way(
    by: Channel, kind: Kind, key: ConsentKey
) -> None:
    purpose = Purpose.EDUCATION if kind is Kind.EDUCATION else Purpose.CARE
    after = sent_again(ada(standings=agreed(key)), TOUCH, by, kind, NOON)
    if key != (OTHER[by], purpose):
        assert after is None
        return
    assert after is not None
    session = after.sessions[next(iter(after.sessions))]
    assert session.marks["day1"] == Mark(MarkState.HELD, NOON, again=OTHER[by])
    assert not session.settled


@pytest.mark.parametrize(
    "followup",
    [
        ada(standings={(Channel.EMAIL, Purpose.CARE): yes(no_at=NOON)}),
        ada(standings={(Channel.EMAIL, Purpose.CARE): yes(expires_on=(NOON - timedelta(days=1)).date())}),
        ada(unreachable=frozenset({Channel.EMAIL})),
        ada(contact={"email": None}),
        ada(contact={"accepts_unencrypted": False}),
        ada(mark=None),
        ada(Mark(MarkState.HELD, NOON, again=Channel.EMAIL)),
        ada(Mark(MarkState.CLAIMED, NOON, again=Channel.EMAIL)),
        ada(Mark(MarkState.HELD, NOON)),
        a_followup(),
    ],
    ids=[
        *("withdrawn", "expired", "mail does not arrive either", "no mail address", "portal only"),
        *("marks are gone", "second one waits", "second one failed", "waits to be tried", "visit forgotten"),
    ],
)
def test_there_is_no_other_way(followup: Followup) -> None:
    assert sent_again(followup, TOUCH, Channel.SMS, Kind.CHECK_IN, NOON) is None


def test_a_message_of_no_visit_has_no_second_way() -> None:
    assert sent_again(ada(), TouchId("pat-ada.opt_out.1"), Channel.SMS, Kind.OPT_OUT, NOON) is None
