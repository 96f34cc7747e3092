from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aftercare.domain.by_hand import (
    HINDRANCES,
    PARTS_MAX,
    Hindrance,
    WayOut,
    claimed_by_hand,
    clean,
    given_back,
    manual_id,
    valid_for,
    way_out,
    written,
)
from aftercare.domain.consent import Channel
from aftercare.domain.decide import TALK_HELD
from aftercare.domain.errors import BadInput
from aftercare.domain.followup import Followup, MarkState
from aftercare.domain.records import Reply
from tests.building import (
    ADA,
    ADAS_MAIL,
    ADAS_PHONE,
    EMAIL_CARE,
    NOON,
    SMS_CARE,
    a_clinic,
    a_followup,
    agreed,
    eastern,
    yes,
)

HOUR = timedelta(hours=1)
TOUCH = manual_id(ADA, "id-dora", "1")
BOTH = agreed(SMS_CARE, EMAIL_CARE)


def a_reply(ago: timedelta = HOUR, **changes: Any) -> Reply:
    return replace(Reply("in-1", NOON - ago, ADAS_PHONE, "hello", "unread"), **changes)


def by_mail(ago: timedelta = HOUR) -> Reply:
    return a_reply(ago, sender=ADAS_MAIL.upper(), channel=Channel.EMAIL)


def the_way(followup: Followup, *replies: Reply, **clinic: Any) -> WayOut | Hindrance:
    return way_out(followup, replies, a_clinic(**clinic), NOON)


def test_it_goes_the_way_the_patient_last_wrote() -> None:
    both = a_followup(standings=BOTH)
    assert the_way(both) == WayOut(Channel.SMS, ADAS_PHONE, SMS_CARE)
    assert the_way(both, a_reply(3 * HOUR), by_mail()) == WayOut(Channel.EMAIL, ADAS_MAIL, EMAIL_CARE)
    assert the_way(both, by_mail(3 * HOUR), a_reply()) == WayOut(Channel.SMS, ADAS_PHONE, SMS_CARE)


def test_a_machine_that_answers_is_no_patient_who_writes() -> None:
    machine = replace(by_mail(), automatic="out of office")
    assert the_way(a_followup(standings=BOTH), machine) == WayOut(Channel.SMS, ADAS_PHONE, SMS_CARE)
    assert the_way(a_followup(standings={}), machine) is Hindrance.NO_CONSENT


def test_who_never_agreed_is_answered_for_a_day_and_then_phoned() -> None:
    nobody = a_followup(standings={})
    assert the_way(nobody, a_reply(24 * HOUR)) == WayOut(Channel.SMS, ADAS_PHONE, None)
    assert the_way(nobody, a_reply(24 * HOUR + timedelta(seconds=1))) is Hindrance.NO_CONSENT
    assert the_way(nobody, a_reply(sender="+12025550199")) is Hindrance.NO_CONSENT
    assert the_way(nobody, a_reply(understood="wrongnumber")) is Hindrance.NO_CONSENT


def test_who_took_consent_back_is_not_answered_however_lately_they_wrote() -> None:
    stopped = a_followup(standings={SMS_CARE: yes(no_at=NOON - 2 * HOUR)})
    assert the_way(stopped, a_reply()) is Hindrance.OPTED_OUT


def test_a_consent_that_ran_out_is_enough_for_an_answer_only() -> None:
    ran_out = a_followup(standings={SMS_CARE: yes(expires_on=(NOON - 48 * HOUR).date())})
    assert the_way(ran_out) is Hindrance.NO_CONSENT
    assert the_way(ran_out, a_reply()) == WayOut(Channel.SMS, ADAS_PHONE, None)


@pytest.mark.parametrize(
    ("changes", "hindrance"),
    [
        ({"contact": {"phone": None, "email": None}}, Hindrance.NO_ADDRESS),
        ({"contact": {"accepts_unencrypted": False}}, Hindrance.UNENCRYPTED_NOT_ACCEPTED),
        ({"unreachable": frozenset(Channel)}, Hindrance.UNREACHABLE),
        ({"closed_at": NOON, "closed_reason": "discharged"}, Hindrance.CLOSED),
        ({"standings": {}}, Hindrance.NO_CONSENT),
    ],
)
def test_what_hinders_is_named(changes: dict[str, Any], hindrance: Hindrance) -> None:
    assert the_way(a_followup(**{"standings": BOTH, **changes})) is hindrance
    assert HINDRANCES[hindrance].endswith(".")


def test_a_number_out_of_order_leaves_the_mailbox() -> None:
    half = a_followup(standings=BOTH, unreachable=frozenset({Channel.SMS}))
    assert the_way(half) == WayOut(Channel.EMAIL, ADAS_MAIL, EMAIL_CARE)


def test_every_hindrance_has_its_sentence() -> None:
    assert set(HINDRANCES) == set(Hindrance)


# ---- the words


def test_what_is_typed_is_cleaned_and_nothing_that_shows_is_lost() -> None:
    typed = "  Hola\u200b, ni\u006e\u0303a!\r\n\r\n\r\n\r\n<b>ok</b> \U0001f642\t.\x07 "
    assert clean(typed) == "Hola, ni\u00f1a!\n\n<b>ok</b> \U0001f642 ."
    assert clean(clean(typed)) == clean(typed)


def test_a_text_of_four_parts_passes_and_one_character_more_does_not() -> None:
    way, room = WayOut(Channel.SMS, ADAS_PHONE, SMS_CARE), PARTS_MAX * 153 - len("Hudson Clinic: ")
    assert written("a" * room, way, a_clinic(), "en", "Dora").text.endswith("a")
    with pytest.raises(BadInput, match="this takes 5"):
        written("a" * (room + 1), way, a_clinic(), "en", "Dora")


def test_a_mail_in_spanish_says_how_to_stop_and_names_nothing_in_its_subject() -> None:
    way = WayOut(Channel.EMAIL, ADAS_MAIL, EMAIL_CARE)
    mail = written("Su ketamina & <i>más</i>", way, a_clinic(), "es", "Dora")
    assert mail.subject == "Una nota de Hudson Clinic"
    assert mail.text.rstrip().endswith("responda ALTO.")
    assert mail.html is not None and "<i>" not in mail.html
    with pytest.raises(BadInput):
        written("a" * 5001, way, a_clinic(), "en", "Dora")


# ---- the claim


def test_a_claim_opens_a_conversation_and_never_shortens_one() -> None:
    longer = a_followup(talk_until=NOON + 2 * TALK_HELD)
    assert claimed_by_hand(longer, TOUCH, Channel.SMS, NOON).talk_until == NOON + 2 * TALK_HELD
    claimed = claimed_by_hand(a_followup(), TOUCH, Channel.EMAIL, NOON)
    notice = claimed.notices[TOUCH]
    assert notice.mark is not None and notice.mark.state is MarkState.CLAIMED
    assert (notice.channel, claimed.talk_until, claimed.recent) == (Channel.EMAIL, NOON + TALK_HELD, ())


def test_a_claim_given_back_leaves_no_trace() -> None:
    before = a_followup(recent=(NOON - HOUR,), last_sent_at=NOON - HOUR)
    assert given_back(claimed_by_hand(before, TOUCH, Channel.SMS, NOON), TOUCH, NOON) == before


def test_a_text_is_delivered_until_the_window_closes_and_an_hour_at_night() -> None:
    night = eastern("2026-11-24 23:00")
    assert valid_for(a_followup(), a_clinic(), NOON) == 8 * HOUR
    assert valid_for(a_followup(), a_clinic(), night) == HOUR
