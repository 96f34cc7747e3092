"""Lambda PageRequested: a member of staff opened or sent a page of the dashboard."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from aftercare.config import read_config
from aftercare.desk_wiring import desk, identity
from aftercare.domain.errors import AftercareError
from aftercare.telemetry import MetricUnit, logger, metrics
from aftercare.web import (
    audit_pages,
    now_pages,
    outcome_pages,
    patient_forms,
    patient_pages,
    patients_pages,
    protocol_pages,
    settings_pages,
    sign_in_pages,
)
from aftercare.web.door import answer_to, entering, trouble
from aftercare.web.page import go_to, static_file
from aftercare.web.request import read_request

app = APIGatewayHttpResolver()
for router in (
    sign_in_pages.router,
    now_pages.router,
    patients_pages.router,
    patient_pages.router,
    patient_forms.router,
    outcome_pages.router,
    protocol_pages.router,
    settings_pages.router,
    audit_pages.router,
):
    app.include_router(router)


def door(
    app: APIGatewayHttpResolver, go_on: Callable[[APIGatewayHttpResolver], Response[str]]
) -> Response[str]:
    """Stand before every route: who asks, and may this form be taken."""
    request = read_request(app.current_event.raw_event)
    found = entering(request, desk())
    if isinstance(found, Response):
        return found
    app.context.update(
        desk=desk(), identity=identity(), base_url=read_config().public_base_url, request=request, **found
    )
    return go_on(app)


app.use([door])


@app.get("/")
def home() -> Response[str]:
    return go_to("/now")


@app.get("/static/<digest>/<name>")
def static(digest: str, name: str) -> Response[str]:
    return static_file(name)


def nothing_here(_: Exception) -> Response[str]:
    return trouble(404, "There is nothing here", "It may have moved, or the address has a slip.")


def failed(error: Exception) -> Response[str]:
    # The class alone: an error's text may hold what a patient wrote.
    logger.error("page_failed", kind=type(error).__name__)
    return trouble(500, "That went wrong here", "It has been noted. Please try again, or call your operator.")


app.not_found(nothing_here)
app.exception_handler(AftercareError)(answer_to)
app.exception_handler(Exception)(failed)


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request of a browser."""
    told = app.resolve(event, context)
    metrics.add_metric("PageAnswered", MetricUnit.Count, 1)
    logger.info("page_requested", status=told["statusCode"])
    return told
