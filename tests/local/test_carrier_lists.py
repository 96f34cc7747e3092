"""The opt-out list and the suppression list behind real boto3 clients."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

from infra.local.carrier import Carrier
from infra.local.virtual_clock import VirtualClock

NINE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ONCE = Config(region_name="us-east-1", retries={"total_max_attempts": 1})
ADA, BEN, CARMEN = "+12025550147", "+12025550148", "+12025550149"


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")


def _client(name: str, carrier: Carrier) -> Any:
    client = boto3.session.Session().client(name, config=ONCE)
    carrier.attach(client)
    return client


@pytest.fixture
def phone(carrier: Carrier) -> Any:
    return _client("pinpoint-sms-voice-v2", carrier)


@pytest.fixture
def post(carrier: Carrier) -> Any:
    return _client("sesv2", carrier)


def listed(phone: Any, **more: Any) -> list[str]:
    answer = phone.describe_opted_out_numbers(OptOutListName="aftercare", **more)
    return [one["OptedOutNumber"] for one in answer["OptedOutNumbers"]]


def mail(post: Any, to: str) -> None:
    simple = {"Subject": {"Data": "Your visit"}, "Body": {"Text": {"Data": "Hello"}}}
    post.send_email(
        FromEmailAddress="care@example.org",
        Destination={"ToAddresses": [to]},
        Content={"Simple": simple},
    )


# ---- phones


def test_a_number_we_opt_out_is_listed_refused_and_can_come_back(phone: Any, carrier: Carrier) -> None:
    put = phone.put_opted_out_number(OptOutListName="aftercare", OptedOutNumber=ADA)
    assert (put["OptedOutNumber"], put["EndUserOptedOut"]) == (ADA, False)
    assert put["OptedOutTimestamp"] == NINE
    assert listed(phone) == [ADA]
    with pytest.raises(phone.exceptions.ConflictException):
        phone.send_text_message(DestinationPhoneNumber=ADA, MessageBody="Hello")
    phone.delete_opted_out_number(OptOutListName="aftercare", OptedOutNumber=ADA)
    assert listed(phone) == []
    phone.send_text_message(DestinationPhoneNumber=ADA, MessageBody="Hello")
    assert [sms.to for sms in carrier.sms_outbox] == [ADA]


def test_opting_out_twice_keeps_the_first_time(phone: Any, clock: VirtualClock, carrier: Carrier) -> None:
    carrier.opted_out.add(ADA)
    clock.advance_to(NINE + timedelta(hours=1))
    again = phone.put_opted_out_number(OptOutListName="aftercare", OptedOutNumber=ADA)
    assert (again["OptedOutTimestamp"], again["EndUserOptedOut"]) == (NINE, True)


def test_the_list_comes_in_pages_with_everybody_once(phone: Any, carrier: Carrier) -> None:
    for number in (CARMEN, ADA, BEN):
        carrier.opted_out.add(number)
    pages = phone.get_paginator("describe_opted_out_numbers").paginate(
        OptOutListName="aftercare", PaginationConfig={"PageSize": 2}
    )
    sizes = [[one["OptedOutNumber"] for one in page["OptedOutNumbers"]] for page in pages]
    assert sizes == [[ADA, BEN], [CARMEN]]


def test_who_opted_out_by_themselves_can_be_told_from_who_we_opted_out(phone: Any, carrier: Carrier) -> None:
    carrier.opted_out.add(ADA)
    phone.put_opted_out_number(OptOutListName="aftercare", OptedOutNumber=BEN)
    for value, numbers in (("true", [ADA]), ("false", [BEN])):
        assert listed(phone, Filters=[{"Name": "end-user-opted-out", "Values": [value]}]) == numbers
    assert listed(phone, OptedOutNumbers=[BEN]) == [BEN]


def test_asking_for_a_number_that_is_not_on_the_list_is_an_error(phone: Any) -> None:
    with pytest.raises(phone.exceptions.ResourceNotFoundException):
        listed(phone, OptedOutNumbers=[ADA])
    with pytest.raises(phone.exceptions.ResourceNotFoundException):
        phone.delete_opted_out_number(OptOutListName="aftercare", OptedOutNumber=ADA)
    with pytest.raises(phone.exceptions.ValidationException):
        phone.put_opted_out_number(OptOutListName="aftercare", OptedOutNumber="five")


# ---- addresses


def test_a_mail_to_a_suppressed_address_is_accepted_and_marked(post: Any, carrier: Carrier) -> None:
    post.put_suppressed_destination(EmailAddress="Ada@example.org", Reason="COMPLAINT")
    for to in ("ada@example.org", "ben@example.org"):
        mail(post, to)
    assert [(one.to, one.suppressed) for one in carrier.email_outbox] == [
        ("ada@example.org", True),
        ("ben@example.org", False),
    ]


def test_a_suppressed_address_can_be_looked_up_and_taken_off(post: Any) -> None:
    post.put_suppressed_destination(EmailAddress="a+b@example.org", Reason="BOUNCE")
    found = post.get_suppressed_destination(EmailAddress="a+b@example.org")["SuppressedDestination"]
    assert (found["Reason"], found["LastUpdateTime"]) == ("BOUNCE", NINE)
    post.delete_suppressed_destination(EmailAddress="a+b@example.org")
    for asked in (post.get_suppressed_destination, post.delete_suppressed_destination):
        with pytest.raises(post.exceptions.NotFoundException):
            asked(EmailAddress="a+b@example.org")


def test_suppressed_addresses_are_listed_by_reason_day_and_page(
    post: Any, carrier: Carrier, clock: VirtualClock
) -> None:
    carrier.suppressed.add("carmen@example.org", "BOUNCE")
    carrier.suppressed.add("ada@example.org", "BOUNCE")
    clock.advance_to(NINE + timedelta(days=1))
    carrier.suppressed.add("ben@example.org", "COMPLAINT")

    def found(**asked: Any) -> list[str]:
        answer = post.list_suppressed_destinations(**asked)
        return [one["EmailAddress"] for one in answer["SuppressedDestinationSummaries"]]

    assert found() == ["ada@example.org", "ben@example.org", "carmen@example.org"]
    assert found(Reasons=["COMPLAINT"]) == ["ben@example.org"]
    assert found(StartDate=NINE + timedelta(hours=1)) == ["ben@example.org"]
    first = post.list_suppressed_destinations(PageSize=2)
    assert found(PageSize=2, NextToken=first["NextToken"]) == ["carmen@example.org"]


def test_while_a_channel_is_down_its_list_cannot_be_asked_either(
    phone: Any, post: Any, carrier: Carrier
) -> None:
    carrier.sms = carrier.email = "down"
    with pytest.raises(EndpointConnectionError):
        listed(phone)
    with pytest.raises(EndpointConnectionError):
        post.list_suppressed_destinations()
