"""The fake carrier behind real boto3 clients: only accepted messages count, and each counts once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError, ParamValidationError, ReadTimeoutError

from infra.local.carrier import Carrier, EmailOut, SmsOut
from infra.local.cloud import Cloud
from infra.local.virtual_clock import VirtualClock

NINE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ONCE = Config(region_name="us-east-1", retries={"total_max_attempts": 1})
ADA = "+12025550147"
OURS = "+12125550101"


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")


@pytest.fixture
def phone(carrier: Carrier) -> Any:
    client = boto3.session.Session().client("pinpoint-sms-voice-v2", config=ONCE)
    carrier.attach(client)
    return client


@pytest.fixture
def post(carrier: Carrier) -> Any:
    client = boto3.session.Session().client("sesv2", config=ONCE)
    carrier.attach(client)
    return client


def text(client: Any, body: str = "Hi Ada, rest today.", to: str = ADA, **more: Any) -> str:
    answer = client.send_text_message(
        DestinationPhoneNumber=to, OriginationIdentity=OURS, MessageBody=body, **more
    )
    return str(answer["MessageId"])


def mail(client: Any, subject: str = "Your visit", to: str = "ada@example.org", **more: Any) -> str:
    simple = {
        "Subject": {"Data": subject},
        "Body": {"Text": {"Data": "Hello"}, "Html": {"Data": "<p>Hello</p>"}},
        "Headers": [{"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"}],
    }
    answer = client.send_email(
        FromEmailAddress="Clinic <care@example.org>",
        Destination={"ToAddresses": [to]},
        Content={"Simple": simple},
        **more,
    )
    return str(answer["MessageId"])


def test_an_accepted_text_is_kept_with_everything_it_was_sent_with(
    phone: Any, carrier: Carrier, clock: VirtualClock
) -> None:
    clock.advance_to(NINE + timedelta(hours=1))
    message_id = text(
        phone,
        MessageType="TRANSACTIONAL",
        TimeToLive=3600,
        Context={"touch_id": "s1.check_in"},
        ConfigurationSetName="aftercare",
    )
    assert carrier.sms_outbox == (
        SmsOut(
            at=NINE + timedelta(hours=1),
            to=ADA,
            from_=OURS,
            body="Hi Ada, rest today.",
            context={"touch_id": "s1.check_in"},
            message_id=message_id,
            time_to_live=3600,
            message_type="TRANSACTIONAL",
            configuration_set="aftercare",
        ),
    )


def test_an_accepted_mail_is_kept_with_its_headers_and_tags(post: Any, carrier: Carrier) -> None:
    message_id = mail(
        post, EmailTags=[{"Name": "touch_id", "Value": "s1-check_in"}], ConfigurationSetName="aftercare"
    )
    assert carrier.email_outbox == (
        EmailOut(
            at=NINE,
            to="ada@example.org",
            from_="Clinic <care@example.org>",
            subject="Your visit",
            text="Hello",
            html="<p>Hello</p>",
            headers={"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
            tags={"touch_id": "s1-check_in"},
            message_id=message_id,
            configuration_set="aftercare",
        ),
    )


def test_message_ids_are_the_same_on_every_run_and_never_repeat(phone: Any, post: Any) -> None:
    assert [text(phone), text(phone), mail(post)] == ["sms-00000001", "sms-00000002", "email-00000001"]


def test_observers_hear_of_each_message_once(phone: Any, post: Any, carrier: Carrier) -> None:
    heard: list[str] = []
    carrier.on_sms(lambda sms: heard.append(sms.body))
    carrier.on_email(lambda email: heard.append(email.subject))
    text(phone, "one")
    mail(post, "two")
    assert heard == ["one", "two"]


def test_a_number_that_opted_out_is_refused_with_the_reason_aws_gives(phone: Any, carrier: Carrier) -> None:
    carrier.opted_out.add(ADA)
    with pytest.raises(phone.exceptions.ConflictException) as refused:
        text(phone)
    assert refused.value.response["Reason"] == "DESTINATION_PHONE_NUMBER_OPTED_OUT"
    text(phone, to="+12025550148")
    assert [sms.to for sms in carrier.sms_outbox] == ["+12025550148"]


def test_a_carrier_that_is_down_proves_that_nothing_was_accepted(
    phone: Any, post: Any, carrier: Carrier
) -> None:
    carrier.sms = "down"
    with pytest.raises(EndpointConnectionError):
        text(phone)
    mail(post)
    carrier.sms, carrier.email = "up", "down"
    with pytest.raises(EndpointConnectionError):
        mail(post)
    text(phone)
    assert (len(carrier.sms_outbox), len(carrier.email_outbox)) == (1, 1)


Sender = Callable[[Any], str]


@pytest.mark.parametrize(
    ("channel", "send", "code"),
    [("sms", text, "ThrottlingException"), ("email", mail, "TooManyRequestsException")],
)
def test_a_throttled_send_is_not_accepted_and_the_next_one_is(
    phone: Any, post: Any, carrier: Carrier, channel: Any, send: Sender, code: str
) -> None:
    client = phone if channel == "sms" else post
    carrier.throttle(channel, 1)
    with pytest.raises(ClientError) as refused:
        send(client)
    assert refused.value.response["Error"]["Code"] == code
    send(client)
    assert len(carrier.sms_outbox) + len(carrier.email_outbox) == 1


@pytest.mark.parametrize(
    ("channel", "send", "code"), [("sms", text, "ValidationException"), ("email", mail, "MessageRejected")]
)
def test_a_refused_send_is_not_accepted(
    phone: Any, post: Any, carrier: Carrier, channel: Any, send: Sender, code: str
) -> None:
    carrier.refuse(channel, 1)
    with pytest.raises(ClientError) as refused:
        send(phone if channel == "sms" else post)
    assert refused.value.response["Error"]["Code"] == code
    assert (len(carrier.sms_outbox), len(carrier.email_outbox)) == (0, 0)


@pytest.mark.parametrize(("channel", "send"), [("sms", text), ("email", mail)])
def test_a_lost_answer_was_accepted_all_the_same(
    phone: Any, post: Any, carrier: Carrier, channel: Any, send: Sender
) -> None:
    carrier.lose_answers(channel, 1)
    with pytest.raises(ReadTimeoutError):
        send(phone if channel == "sms" else post)
    assert len(carrier.sms_outbox) + len(carrier.email_outbox) == 1


def test_a_client_that_tries_again_after_a_lost_answer_sends_twice(
    carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda seconds: None))
    config = Config(region_name="us-east-1", retries={"mode": "standard", "total_max_attempts": 2})
    client = boto3.session.Session().client("pinpoint-sms-voice-v2", config=config)
    carrier.attach(client)
    carrier.lose_answers("sms", 1)
    text(client)
    assert len(carrier.sms_outbox) == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"body": "x" * 1601}, "MessageBody"),
        ({"body": "  "}, "MessageBody"),
        ({"to": "555-0147"}, "DestinationPhoneNumber"),
        ({"TimeToLive": 259_201}, "TimeToLive"),
        ({"MessageType": "URGENT"}, "MessageType"),
        ({"Context": {str(n): "x" for n in range(6)}}, "Context"),
    ],
)
def test_a_malformed_text_is_refused_naming_the_field(
    phone: Any, carrier: Carrier, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(phone.exceptions.ValidationException) as refused:
        text(phone, **wrong)
    assert refused.value.response["Fields"][0]["Name"] == field
    assert carrier.sms_outbox == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": "nobody"},
        {"subject": ""},
        {"EmailTags": [{"Name": "touch_id", "Value": "s1.check_in"}]},
    ],
)
def test_a_malformed_mail_is_refused(post: Any, carrier: Carrier, wrong: dict[str, Any]) -> None:
    with pytest.raises(post.exceptions.BadRequestException):
        mail(post, **wrong)
    assert carrier.email_outbox == ()


def test_the_clients_own_checks_run_before_the_carrier_is_asked(phone: Any, carrier: Carrier) -> None:
    with pytest.raises(ParamValidationError):
        phone.send_text_message(MessageBody="no number")
    with pytest.raises(ParamValidationError):
        text(phone, TimeToLive="soon")
    assert carrier.sms_outbox == ()


def test_what_the_carrier_does_not_know_is_refused_and_never_leaves(phone: Any, post: Any) -> None:
    with pytest.raises(ClientError, match="UnknownOperationException"):
        phone.describe_pools()
    with pytest.raises(ClientError, match="UnknownOperationException"):
        post.get_account()


def test_in_a_cloud_the_carrier_answers_any_client_and_moto_does_not_send_too(
    cloud: Cloud, carrier: Carrier
) -> None:
    from moto.sesv2.models import sesv2_backends

    text(cloud.client("pinpoint-sms-voice-v2"))
    mail(boto3.client("sesv2", config=ONCE))
    assert (len(carrier.sms_outbox), len(carrier.email_outbox)) == (1, 1)
    assert sesv2_backends["123456789012"]["us-east-1"].core_backend.sent_messages == []
