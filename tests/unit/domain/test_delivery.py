"""What receipts say of a message, in whatever order they come."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.domain.delivery import CAUSES, RANK, Cause, Outcome, State, merge, of_email, of_sms

SMS_TYPES = [
    *("TEXT_QUEUED", "TEXT_PENDING", "TEXT_SENT", "TEXT_SUCCESSFUL", "TEXT_DELIVERED", "TEXT_UNKNOWN"),
    *("TEXT_TTL_EXPIRED", "TEXT_UNREACHABLE", "TEXT_CARRIER_UNREACHABLE", "TEXT_INVALID", "TEXT_BLOCKED"),
    *("TEXT_INVALID_MESSAGE", "TEXT_CARRIER_BLOCKED", "TEXT_SPAM", "TEXT_PROTECT_BLOCKED"),
]
EMAIL_SAYS: list[tuple[str, ...]] = [
    *(("Send",), ("DeliveryDelay",), ("Delivery",), ("Reject",), ("Rendering Failure",)),
    *(("Bounce", "Permanent"), ("Bounce", "Permanent", "OnAccountSuppressionList"), ("Bounce", "Transient")),
    *(("Bounce", "Transient", "MailboxFull"), ("Bounce", "Undetermined"), ("Bounce",), ("Complaint",)),
]


def sms(event_type: str, *, final: bool = False) -> Outcome:
    said = of_sms(event_type, final=final)
    assert said is not None, event_type
    return said


def email(*said: str) -> Outcome:
    outcome = of_email(*said)
    assert outcome is not None, said
    return outcome


def told(outcomes: list[Outcome]) -> Outcome | None:
    """Return what is known after all of them, one after the other."""
    known: Outcome | None = None
    for outcome in outcomes:
        known = merge(known, outcome) or known
    return known


TEXT_OUTCOMES = [sms(kind, final=final) for kind in SMS_TYPES for final in (False, True)]
EMAIL_OUTCOMES = [email(*said) for said in EMAIL_SAYS]
ANY_OUTCOME = st.sampled_from(TEXT_OUTCOMES + EMAIL_OUTCOMES)


@given(st.data(), st.lists(ANY_OUTCOME, min_size=1, max_size=8))
def test_receipts_in_any_order_and_any_number_of_times_end_alike(
    data: st.DataObject, outcomes: list[Outcome]
) -> None:
    again = outcomes + data.draw(st.lists(st.sampled_from(outcomes), max_size=6))
    shuffled = data.draw(st.permutations(again))
    assert told(shuffled) == told(outcomes)


@given(ANY_OUTCOME, ANY_OUTCOME)
def test_what_is_known_never_goes_back(known: Outcome, new: Outcome) -> None:
    after = merge(known, new)
    if after is None:
        return
    assert after != known
    assert RANK[after.state] >= RANK[known.state]
    for flag in ("hard", "bad", "objects", "final"):
        assert getattr(after, flag) == (getattr(known, flag) or getattr(new, flag))
    assert merge(after, new) is None
    assert merge(after, known) is None


def test_the_first_receipt_is_news_and_the_same_one_again_is_not() -> None:
    delivered = sms("TEXT_DELIVERED")
    assert merge(None, delivered) == delivered
    assert merge(delivered, delivered) is None


@pytest.mark.parametrize(
    ("event_type", "state", "hard", "bad", "final"),
    [
        ("TEXT_QUEUED", State.QUEUED, False, False, False),
        ("TEXT_PENDING", State.SENT, False, False, False),
        ("TEXT_SUCCESSFUL", State.ACCEPTED, False, False, False),
        ("TEXT_DELIVERED", State.DELIVERED, False, False, True),
        ("TEXT_UNKNOWN", State.UNCONFIRMED, False, False, True),
        ("TEXT_TTL_EXPIRED", State.FAILED_SOFT, False, False, True),
        ("TEXT_UNREACHABLE", State.FAILED_SOFT, False, False, True),
        ("TEXT_CARRIER_UNREACHABLE", State.FAILED_SOFT, False, False, True),
        ("TEXT_INVALID", State.FAILED_HARD, True, True, True),
        ("TEXT_BLOCKED", State.FAILED_HARD, True, True, True),
        ("TEXT_INVALID_MESSAGE", State.FAILED_HARD, True, False, True),
        ("TEXT_CARRIER_BLOCKED", State.FAILED_HARD, True, False, True),
        ("TEXT_SPAM", State.FAILED_HARD, True, False, True),
        ("TEXT_PROTECT_BLOCKED", State.FAILED_HARD, True, False, True),
    ],
)
def test_what_a_carrier_says_of_a_text(
    event_type: str, state: State, hard: bool, bad: bool, final: bool
) -> None:
    said = sms(event_type)
    assert (said.state, said.hard, said.bad, said.final) == (state, hard, bad, final)
    assert not said.objects


@pytest.mark.parametrize(
    "event_type", ["", "TEXT_TELEPATHY", "VOICE_COMPLETED", "RCS_DELIVERED", "MEDIA_DELIVERED", "Delivery"]
)
def test_what_we_never_send_or_do_not_know_says_nothing_of_a_text(event_type: str) -> None:
    assert of_sms(event_type) is None
    assert of_sms(event_type, final=True) is None


@pytest.mark.parametrize(
    ("said", "state", "reason", "hard", "bad", "objects"),
    [
        (("Send",), State.SENT, Cause.ON_ITS_WAY, False, False, False),
        (("DeliveryDelay",), State.DELAYED, Cause.DELAYED, False, False, False),
        (("Delivery",), State.DELIVERED, Cause.DELIVERED, False, False, False),
        (("Bounce", "Permanent", "General"), State.FAILED_HARD, Cause.ADDRESS_BOUNCED, True, True, False),
        (
            ("Bounce", "Permanent", "OnAccountSuppressionList"),
            State.FAILED_HARD,
            Cause.ADDRESS_SUPPRESSED,
            True,
            True,
            False,
        ),
        (("Bounce", "Transient", "General"), State.FAILED_SOFT, Cause.BOUNCED_FOR_NOW, False, False, False),
        (("Bounce", "Transient", "MailboxFull"), State.FAILED_SOFT, Cause.MAILBOX_FULL, False, False, False),
        (("Bounce", "Undetermined"), State.FAILED_SOFT, Cause.BOUNCED_UNCLEAR, False, False, False),
        (("Bounce", "Sideways"), State.FAILED_SOFT, Cause.BOUNCED_UNCLEAR, False, False, False),
        (("Bounce",), State.FAILED_SOFT, Cause.BOUNCED_UNCLEAR, False, False, False),
        (("Complaint",), State.COMPLAINED, Cause.COMPLAINT, False, False, True),
        (("Reject",), State.FAILED_HARD, Cause.REJECTED, True, False, False),
        (("Rendering Failure",), State.FAILED_HARD, Cause.NOT_RENDERED, True, False, False),
    ],
)
def test_what_a_mail_service_says_of_a_mail(
    said: tuple[str, ...], state: State, reason: Cause, hard: bool, bad: bool, objects: bool
) -> None:
    outcome = email(*said)
    assert (outcome.state, outcome.reason) == (state, reason)
    assert (outcome.hard, outcome.bad, outcome.objects) == (hard, bad, objects)


@pytest.mark.parametrize("event_type", ["Open", "Click", "Subscription", "Received", "TEXT_DELIVERED", ""])
def test_an_opened_mail_says_nothing_of_delivery(event_type: str) -> None:
    assert of_email(event_type) is None


def test_a_delivery_that_is_reported_after_72_hours_of_silence_counts() -> None:
    known = told([sms("TEXT_QUEUED"), sms("TEXT_UNKNOWN"), sms("TEXT_DELIVERED")])
    assert known is not None
    assert known.state is State.DELIVERED


def test_a_text_its_carrier_took_stays_so_when_no_receipt_follows() -> None:
    known = told([sms("TEXT_SUCCESSFUL"), sms("TEXT_UNKNOWN")])
    assert known == Outcome(State.ACCEPTED, Cause.CARRIER_ACCEPTED, final=True)


def test_a_phone_that_came_back_into_reach_has_the_text() -> None:
    known = told([sms("TEXT_DELIVERED"), sms("TEXT_UNREACHABLE")])
    assert known is not None
    assert (known.state, known.reason, known.hard) == (State.DELIVERED, Cause.DELIVERED, False)


def test_a_mail_that_was_taken_and_then_returned_for_good_has_failed() -> None:
    known = told([email("Delivery"), email("Bounce", "Permanent"), email("Send")])
    assert known is not None
    assert (known.state, known.hard, known.bad) == (State.FAILED_HARD, True, True)


def test_an_objection_is_kept_beside_a_bad_address() -> None:
    for order in itertools.permutations(
        [email("Delivery"), email("Complaint"), email("Bounce", "Permanent")]
    ):
        known = told(list(order))
        assert known is not None
        assert known.state is State.COMPLAINED
        assert (known.objects, known.bad, known.hard) == (True, True, True)


def test_a_complaint_alone_is_no_reason_to_send_it_again_as_a_text() -> None:
    assert email("Complaint", "", "", "abuse").hard is False


def test_a_mail_held_back_for_an_earlier_complaint_did_not_arrive_and_is_an_objection() -> None:
    held = of_email("Complaint", subtype="OnAccountSuppressionList")
    assert held is not None
    assert (held.hard, held.objects) == (True, True)


def test_a_patient_who_takes_a_mail_out_of_the_spam_folder_does_not_object() -> None:
    assert of_email("Complaint", complaint="not-spam") == email("Delivery")


def test_every_cause_is_explained_and_used() -> None:
    assert set(CAUSES) == set(Cause)
    assert {outcome.reason for outcome in TEXT_OUTCOMES + EMAIL_OUTCOMES} == set(Cause)
