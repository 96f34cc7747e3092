"""Texts and mails through real boto3: what leaves, and what each answer proves."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)

from aftercare import wiring
from aftercare.adapters.carrier_faults import answer_of
from aftercare.adapters.end_user_messaging import EndUserMessaging
from aftercare.adapters.ses_mail import SesMail, tag_text
from aftercare.domain.consent import Channel
from aftercare.domain.hand_over import Accepted, Busy, Envelope, HandOver, Refused, Unknown
from aftercare.domain.ids import TouchId
from aftercare.domain.message import Message
from aftercare.domain.touch import Reason
from infra.local.carrier import Carrier
from infra.local.virtual_clock import VirtualClock
from tests.building import ADA, ADAS_MAIL, ADAS_PHONE, CLINIC_NUMBER, HUDSON, NOON

TEXT = Message(Channel.SMS, "Hudson Clinic: How are you?")
MAIL = Message(Channel.EMAIL, "Hello.\n", "A note from Hudson Clinic", "<p>Hello.</p>")
BY_TEXT = Envelope(HUDSON, ADA, TouchId("ses-1.day1"), CLINIC_NUMBER, "Hudson Clinic", ADAS_PHONE, 3600)
BY_MAIL = replace(BY_TEXT, sender="care@hudson.example.org", to=ADAS_MAIL)
WAY_OUT = "https://care.example/u/secret"
SERVICES = {"sms": "pinpoint-sms-voice-v2", "email": "sesv2"}


@cache
def shipped_client(service: str) -> Any:
    """Make a client with the very settings that ship; making one costs more than all the cases."""
    shipped: Config = wiring._CONFIGS[service]
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return boto3.client(service, region_name="us-east-1", config=shipped, **keys)


class World:
    """A carrier behind a real client, and how often anything was posted to it."""

    def __init__(self, channel: str, configuration_set: str) -> None:
        self.carrier = Carrier(VirtualClock(NOON))
        self.posts: list[str] = []
        self.raises: Exception | None = None
        self.channel = channel
        self.client = shipped_client(SERVICES[channel])
        adapter = EndUserMessaging if channel == "sms" else SesMail
        self.adapter = adapter(self.client, configuration_set)

    def answer(self, request: Any, **_: Any) -> Any:
        self.posts.append(request.url)
        if self.raises is not None:
            raise self.raises
        return self.carrier.answer_or_refuse(request)

    def offer(self, envelope: Envelope | None = None) -> HandOver:
        message, usual = (TEXT, BY_TEXT) if self.channel == "sms" else (MAIL, BY_MAIL)
        events = self.client.meta.events
        events.register_first("before-send", self.answer, "test-carrier")
        try:
            return self.adapter.hand_over(message, envelope or usual)
        finally:
            events.unregister("before-send", self.answer, "test-carrier")


@pytest.fixture(params=SERVICES)
def world(request: pytest.FixtureRequest) -> World:
    return World(request.param, "watched")


@pytest.fixture
def texts() -> World:
    return World("sms", "watched")


@pytest.fixture
def mails() -> World:
    return World("email", "watched")


# ---- what leaves


def test_a_text_carries_its_ids_its_sender_and_when_to_give_up(texts: World) -> None:
    answer = texts.offer()
    (sms,) = texts.carrier.sms_outbox
    assert answer == Accepted(sms.message_id)
    assert (sms.to, sms.from_, sms.body) == (ADAS_PHONE, CLINIC_NUMBER, TEXT.text)
    assert dict(sms.context) == {"clinic": "hudson", "patient": "pat-ada", "touch": "ses-1.day1"}
    assert (sms.time_to_live, sms.message_type, sms.configuration_set) == (3600, "TRANSACTIONAL", "watched")


def test_a_mail_carries_its_ids_as_tags_that_can_be_read_back(mails: World) -> None:
    answer = mails.offer(replace(BY_MAIL, touch_id=TouchId("ses-ñ 1.day1#x")))
    (mail,) = mails.carrier.email_outbox
    assert answer == Accepted(mail.message_id)
    tags = {name: tag_text(value) for name, value in mail.tags.items()}
    assert tags == {"clinic": "hudson", "patient": "pat-ada", "touch": "ses-ñ 1.day1#x"}
    assert (mail.to, mail.from_) == (ADAS_MAIL, "Hudson Clinic <care@hudson.example.org>")
    assert (mail.subject, mail.text, mail.html) == (MAIL.subject, MAIL.text, MAIL.html)
    assert mail.configuration_set == "watched"


def test_only_a_mail_with_a_way_out_has_the_headers_for_one_click(mails: World) -> None:
    mails.offer()
    mails.offer(replace(BY_MAIL, unsubscribe=WAY_OUT))
    care, education = mails.carrier.email_outbox
    assert care.headers == {}
    assert education.headers == {
        "List-Unsubscribe": f"<{WAY_OUT}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def test_a_clinics_name_with_an_accent_or_a_comma_makes_a_whole_address(mails: World) -> None:
    mails.offer(replace(BY_MAIL, sender_name="María, Clínica"))
    (mail,) = mails.carrier.email_outbox
    assert mail.from_.endswith("<care@hudson.example.org>")
    assert mail.from_.isascii()


@pytest.mark.parametrize("channel", SERVICES)
def test_without_a_configuration_set_none_is_asked_for(channel: str) -> None:
    world = World(channel, "")
    assert isinstance(world.offer(), Accepted)
    (out,) = world.carrier.sms_outbox if channel == "sms" else world.carrier.email_outbox
    assert out.configuration_set is None


# ---- what comes back: one post, whatever happens

TROUBLES: dict[str, tuple[Callable[[World], Any], HandOver]] = {
    "throttled": (lambda w: w.carrier.throttle(w.channel, 9), Busy()),
    "refused": (lambda w: w.carrier.refuse(w.channel, 9), Refused(Reason.CARRIER_REFUSED)),
    "down": (lambda w: setattr(w.carrier, w.channel, "down"), Busy()),
    "the answer is lost": (lambda w: w.carrier.lose_answers(w.channel, 9), Unknown()),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_message_is_posted_once_whatever_the_answer(world: World, trouble: str) -> None:
    make, expected = TROUBLES[trouble]
    make(world)
    assert world.offer() == expected
    assert len(world.posts) == 1


def test_a_lost_answer_may_hide_a_message_that_went_out(world: World) -> None:
    world.carrier.lose_answers(world.channel, 1)  # type: ignore[arg-type]
    assert world.offer() == Unknown()
    assert len(world.carrier.sms_outbox) + len(world.carrier.email_outbox) == 1


def test_a_number_the_carrier_lists_as_opted_out_is_told_apart(texts: World) -> None:
    texts.carrier.opted_out.add(ADAS_PHONE)
    assert texts.offer() == Refused(Reason.CARRIER_OPTED_OUT)
    assert len(texts.posts) == 1


URL = "https://carrier.example"
SILENCES = [
    (ConnectTimeoutError(endpoint_url=URL), Busy()),
    (EndpointConnectionError(endpoint_url=URL), Busy()),
    (ProxyConnectionError(proxy_url=URL), Busy()),
    (ReadTimeoutError(endpoint_url=URL), Unknown()),
    (ConnectionClosedError(endpoint_url=URL), Unknown()),
    (SSLError(endpoint_url=URL, error="cut off"), Unknown()),
]


@pytest.mark.parametrize(("raised", "expected"), SILENCES, ids=[type(s[0]).__name__ for s in SILENCES])
def test_only_a_carrier_that_was_never_reached_is_asked_again(
    world: World, raised: Exception, expected: HandOver
) -> None:
    world.raises = raised
    assert world.offer() == expected
    assert len(world.posts) == 1


# ---- the map of errors

LATER = (
    *("ThrottlingException", "TooManyRequestsException", "LimitExceededException"),
    *("ServiceQuotaExceededException", "AccessDeniedException", "ResourceNotFoundException"),
    *("NotFoundException", "AccountSuspendedException", "SendingPausedException"),
    *("MailFromDomainNotVerifiedException", "ExpiredTokenException", "UnrecognizedClientException"),
)
ERRORS: list[tuple[str, int, dict[str, Any], HandOver]] = [
    *((code, 400, {}, Busy()) for code in LATER),
    ("ValidationException", 400, {}, Refused(Reason.CARRIER_REFUSED)),
    ("MessageRejected", 400, {}, Refused(Reason.CARRIER_REFUSED)),
    ("BadRequestException", 400, {}, Refused(Reason.CARRIER_REFUSED)),
    ("ConflictException", 400, {}, Refused(Reason.CARRIER_REFUSED)),
    ("ConflictException", 400, {"Reason": "NUMBER_NOT_SMS_CAPABLE"}, Refused(Reason.CARRIER_REFUSED)),
    (
        "ConflictException",
        400,
        {"Reason": "DESTINATION_PHONE_NUMBER_OPTED_OUT"},
        Refused(Reason.CARRIER_OPTED_OUT),
    ),
    ("InternalServerException", 500, {}, Unknown()),
    ("ServiceUnavailable", 503, {}, Unknown()),
    ("NeverHeardOfException", 499, {}, Refused(Reason.CARRIER_REFUSED)),
    ("NeverHeardOfException", 500, {}, Unknown()),
]


@pytest.mark.parametrize(
    ("code", "status", "more", "expected"),
    ERRORS,
    ids=[f"{e[0]} {e[1]} {e[2].get('Reason', '')}" for e in ERRORS],
)
def test_every_error_has_its_meaning(
    code: str, status: int, more: dict[str, Any], expected: HandOver
) -> None:
    response = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}, **more}
    assert answer_of(ClientError(response, "Send")) == expected


def test_an_error_that_says_nothing_at_all_proves_nothing() -> None:
    assert answer_of(ClientError({}, "Send")) == Unknown()
