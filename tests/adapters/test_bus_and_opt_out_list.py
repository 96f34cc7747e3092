"""The bus takes ten facts a call; the carrier's list of opted-out numbers is read to its last page."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from aftercare.adapters.eventbridge_bus import BATCH_MAX, EventBridgeBus
from aftercare.adapters.opt_out_list import CarrierOptOuts
from aftercare.contracts.facts_out_shapes import Event
from aftercare.domain.errors import TryAgain

LOST = EndpointConnectionError(endpoint_url="x", error="refused")
BUSY = ClientError({"Error": {"Code": "ThrottlingException"}}, "call")


class Service:
    """An AWS service that gives these answers, one a call, and remembers what it was asked."""

    def __init__(self, *answers: dict[str, Any] | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, Any]] = []

    def _call(self, **request: Any) -> dict[str, Any]:
        self.asked.append(request)
        answer = self.answers.pop(0) if self.answers else {}
        if isinstance(answer, Exception):
            raise answer
        return answer

    put_events = describe_opted_out_numbers = _call


def facts(count: int) -> list[Event]:
    return [{"source": "aftercare", "detail-type": "TouchSent", "detail": {"n": n}} for n in range(count)]


@pytest.mark.parametrize(
    ("count", "calls"), [(0, []), (1, [1]), (10, [10]), (11, [10, 1]), (25, [10, 10, 5])]
)
def test_facts_go_out_in_order_ten_a_call(count: int, calls: list[int]) -> None:
    service = Service()
    EventBridgeBus(service, "aftercare").put(facts(count))
    assert [len(asked["Entries"]) for asked in service.asked] == calls
    entries = [entry for asked in service.asked for entry in asked["Entries"]]
    assert [json.loads(entry["Detail"])["n"] for entry in entries] == list(range(count))
    assert {entry["EventBusName"] for entry in entries} <= {"aftercare"}


@pytest.mark.parametrize("answer", [{"FailedEntryCount": 1}, BUSY, LOST])
def test_a_bus_that_takes_only_some_is_tried_again(answer: dict[str, Any] | Exception) -> None:
    with pytest.raises(TryAgain):
        EventBridgeBus(Service({}, answer), "aftercare").put(facts(BATCH_MAX + 1))


def page(*numbers: str, more: str | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {"OptedOutNumbers": [{"OptedOutNumber": number} for number in numbers]}
    return {**found, "NextToken": more} if more else found


def test_the_list_is_read_to_its_last_page() -> None:
    service = Service(page("+12025550147", more="a"), page(more="b"), page("+12025550163"))
    assert list(CarrierOptOuts(service, "list").numbers()) == ["+12025550147", "+12025550163"]
    assert [asked.get("NextToken") for asked in service.asked] == [None, "a", "b"]


def test_an_account_without_a_list_has_nobody_on_it_and_is_not_asked() -> None:
    service = Service()
    assert list(CarrierOptOuts(service, "").numbers()) == []
    assert service.asked == []


@pytest.mark.parametrize("fault", [BUSY, LOST])
def test_a_carrier_that_does_not_answer_is_asked_again_later(fault: Exception) -> None:
    with pytest.raises(TryAgain):
        list(CarrierOptOuts(Service(page("+12025550147", more="a"), fault), "list").numbers())
