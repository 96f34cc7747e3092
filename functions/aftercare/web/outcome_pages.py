"""What the clinic's patients come to, on a page and as a table for a spreadsheet."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from aftercare.content.load_measures import load_measures
from aftercare.domain.outcomes_table import outcomes_csv
from aftercare.usecases.see_outcomes import see_outcomes
from aftercare.usecases.see_settings import clinic_of
from aftercare.web.download import table_file
from aftercare.web.frame import desk_page
from aftercare.web.views.outcomes_view import outcomes_view

BY = "dashboard"

router = Router()


@router.get("/outcomes")
def outcomes() -> Response[str]:
    person, desk = router.context["person"], router.context["desk"]
    view = outcomes_view(see_outcomes(person, desk, by=BY), load_measures())
    return desk_page(router.context, "outcomes.html", here="outcomes", view=view)


@router.get("/outcomes[.]csv")
def table() -> Response[str]:
    """The same numbers, and hidden what the page hides."""
    person, desk = router.context["person"], router.context["desk"]
    found = see_outcomes(person, desk, by=BY, did="exported_outcomes")
    today = desk.ports.clock.now().astimezone(clinic_of(person, desk).zone).date()
    return table_file(f"outcomes-{today.isoformat()}.csv", outcomes_csv(found))
