"""The list of patients."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from aftercare.domain.staff import Right
from aftercare.usecases.see_patients import ROWS_MAX, see_patients
from aftercare.usecases.see_settings import clinic_of
from aftercare.web.frame import desk_page
from aftercare.web.query import query_of
from aftercare.web.views.patients_view import FILTERS, patients_view

# A page for reading; a filter chooses from as many as one call brings.
ROWS = 50
SEARCH_MAX = 80

router = Router()


@router.get("/patients")
def patients() -> Response[str]:
    person, desk = router.context["person"], router.context["desk"]
    query = query_of(router.context["request"])
    only, search = query.get("only", ""), query.get("search", "").strip()[:SEARCH_MAX]
    found = see_patients(
        person,
        desk,
        by="dashboard",
        after=query.get("after") or None,
        starting_with=search,
        limit=ROWS_MAX if only in FILTERS else ROWS,
    )
    view = patients_view(
        found,
        clinic_of(person, desk),
        desk.ports.clock.now(),
        search=search,
        only=only,
        clinical=person.may(Right.SEE_CLINICAL),
    )
    return desk_page(router.context, "patients.html", here="patients", view=view)
