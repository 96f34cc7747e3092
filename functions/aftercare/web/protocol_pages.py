"""The protocols: a calendar from any day, and the words of every message in both languages."""

from datetime import date

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from aftercare.domain.ids import ProtocolId
from aftercare.domain.staff import Right
from aftercare.usecases.allow import allow
from aftercare.usecases.preview_protocol import FURTHEST, preview_protocol
from aftercare.usecases.see_protocols import see_protocols
from aftercare.usecases.see_settings import clinic_of
from aftercare.usecases.see_words import see_words
from aftercare.web.frame import desk_page
from aftercare.web.query import query_of
from aftercare.web.views.calendar_view import calendar_view
from aftercare.web.views.protocols_view import day_in_year, protocols_view
from aftercare.web.views.words_view import words_view

BY = "dashboard"
_ODD_DAY = "Choose a day as it stands in the calendar, year-month-day"

router = Router()


@router.get("/protocols")
def protocols() -> Response[str]:
    view = protocols_view(see_protocols(router.context["person"], router.context["desk"], by=BY))
    return desk_page(router.context, "protocols.html", here="protocols", view=view)


@router.get("/protocols/<protocol_id>")
def one(protocol_id: str) -> Response[str]:
    """Show a calendar. A day that cannot be used is said beside the field, over the calendar of today."""
    person, desk = router.context["person"], router.context["desk"]
    allow(person, Right.SEE_PROTOCOLS)
    clinic = clinic_of(person, desk)
    today = desk.ports.clock.now().astimezone(clinic.zone).date()
    typed = query_of(router.context["request"]).get("start", "")
    start, faults = start_day(typed, today)
    calendar = preview_protocol(person, desk, ProtocolId(protocol_id), start, by=BY)
    return desk_page(
        router.context,
        "protocol.html",
        here="protocols",
        status=422 if faults else 200,
        view=calendar_view(calendar, clinic, start, today),
        typed=typed if faults else start.isoformat(),
        faults=faults,
        earliest=(today - FURTHEST).isoformat(),
        latest=(today + FURTHEST).isoformat(),
    )


@router.get("/protocols/words/<words_id>")
def words(words_id: str) -> Response[str]:
    person, desk = router.context["person"], router.context["desk"]
    query = query_of(router.context["request"])
    shown = see_words(person, desk, words_id, by=BY)
    today = desk.ports.clock.now().astimezone(clinic_of(person, desk).zone).date()
    protocol_id = query.get("protocol", "")
    return desk_page(
        router.context,
        "words.html",
        here="protocols",
        view=words_view(words_id, shown, today),
        protocol_id=protocol_id,
        start=query.get("start", ""),
    )


def start_day(typed: str, today: date) -> tuple[date, tuple[tuple[str, str], ...]]:
    """Return the day to begin at, and what is wrong with what was typed; then the day is today."""
    if not typed:
        return today, ()
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return today, (("start", _ODD_DAY),)
    if abs(day - today) > FURTHEST:
        first, last = day_in_year(today - FURTHEST), day_in_year(today + FURTHEST)
        return today, (("start", f"Choose a day from {first} to {last}"),)
    return day, ()
