"""Routes of touches and of the protocols they come from."""

from aftercare.contracts.api_answers import Why
from aftercare.contracts.api_overviews import Calendar
from aftercare.contracts.api_requests import CalendarQuery
from aftercare.domain.ids import ProtocolId, TouchId
from aftercare.domain.staff import Right
from aftercare.usecases.explain_touch import explain_touch
from aftercare.usecases.preview_protocol import preview_protocol
from aftercare.web.api.route import BY, Call, Route


def _why(call: Call) -> Why:
    found = explain_touch(call.person, call.desk, TouchId(call.ids["touch_id"]), by=BY)
    return Why.model_validate(found)


def _calendar(call: Call) -> Calendar:
    query: CalendarQuery = call.query
    protocol_id = ProtocolId(call.ids["protocol_id"])
    return Calendar.model_validate(preview_protocol(call.person, call.desk, protocol_id, query.start, by=BY))


ROUTES = (
    Route(
        "GET",
        "/v1/touches/{touch_id}/why",
        Right.SEE_PATIENTS,
        _why,
        "Say why a touch was sent, was not, or waits: the rule and its facts",
        Why,
    ),
    Route(
        "GET",
        "/v1/protocols/{protocol_id}/calendar",
        Right.SEE_PROTOCOLS,
        _calendar,
        "Show what a protocol would send, and when, to somebody who begins on a day",
        Calendar,
        query=CalendarQuery,
    ),
)
