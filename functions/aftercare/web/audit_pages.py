"""The trail of who saw and changed what, with filters, and a day of it as a file."""

from datetime import date

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from aftercare.domain.audit_table import audit_csv
from aftercare.domain.errors import BadInput
from aftercare.domain.staff import Right
from aftercare.usecases.allow import allow
from aftercare.usecases.see_audit import ROWS_MAX, day_bounds, export_audit, see_audit
from aftercare.usecases.see_settings import clinic_of
from aftercare.web.download import table_file
from aftercare.web.frame import desk_page
from aftercare.web.query import query_of
from aftercare.web.views.audit_view import Wanted, trail_view, wanted_from

BY = "dashboard"
ROWS = 50
_YEARS = range(2000, 2200)

router = Router()


@router.get("/audit")
def audit() -> Response[str]:
    """Show the latest. A filter other than the day chooses from as many as one call brings."""
    person, desk = router.context["person"], router.context["desk"]
    allow(person, Right.SEE_AUDIT)
    clinic = clinic_of(person, desk)
    query = query_of(router.context["request"])
    wanted, today = wanted_from(query), desk.ports.clock.now().astimezone(clinic.zone).date()
    on = day_in(wanted.day)
    faults = (("day", "Choose a day as it stands in the calendar"),) if wanted.day and on is None else ()
    since, until = day_bounds(clinic, on) if on is not None else (None, None)
    found = see_audit(
        person,
        desk,
        by=BY,
        after=query.get("after") or None,
        since=since,
        until=until,
        limit=ROWS_MAX if wanted.sifts else ROWS,
    )
    view = trail_view(found, wanted, clinic, on or today)
    return desk_page(
        router.context, "audit.html", here="audit", status=422 if faults else 200, view=view, faults=faults
    )


@router.get("/audit[.]csv")
def table() -> Response[str]:
    """Return one day of the clinic's calendar, sifted as the page is.

    Raises:
        BadInput: The day is none.
    """
    person, desk = router.context["person"], router.context["desk"]
    wanted: Wanted = wanted_from(query_of(router.context["request"]))
    on = day_in(wanted.day)
    if on is None:
        raise BadInput("day", None, "a day, year-month-day")
    entries, whole = export_audit(person, desk, on, by=BY)
    text = audit_csv((one for one in entries if wanted.has(one)), whole=whole)
    return table_file(f"audit-{on.isoformat()}.csv", text)


def day_in(typed: str) -> date | None:
    """Read a day; ``None`` for what is none, or lies outside what a trail can hold."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if day.year in _YEARS else None
