"""Lambda FormRequested: a patient's browser, or their mail program, asked for one of the patient's pages.

Neither path nor fields are ever logged: the path holds the secret of the link, the fields hold answers.
"""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from aftercare.domain.errors import BadInput, TryAgain
from aftercare.form_wiring import forms
from aftercare.telemetry import MetricUnit, logger, metrics
from aftercare.web import form_views as views
from aftercare.web.form_pages import answer
from aftercare.web.form_request import language_of
from aftercare.web.request import Request, read_request

app = APIGatewayHttpResolver()


@app.not_found
def any_page(_: Exception) -> Response[str]:
    """Answer every address and every method: which of them lead somewhere, the pages know."""
    event = app.current_event.raw_event
    readable = True
    try:
        request = read_request(event)
    except BadInput:
        # A mail program may post in another form than a browser's (RFC 8058); its address says it all.
        readable, request = False, read_request({**event, "body": None})
    if not readable and not request.path.startswith("/u/"):
        return _counted("unreadable", views.odd(language_of(request)))
    return _answered(request)


def _answered(request: Request) -> Response[str]:
    try:
        return _counted("answered", answer(request, forms()))
    except TryAgain:
        return _counted("busy", views.busy(request.path, language_of(request), request.form))
    except Exception as fault:  # noqa: BLE001  the patient gets a page; its kind is logged, never its text
        logger.error("form_failed", fault=type(fault).__name__)
        metrics.add_metric("FormsFailed", MetricUnit.Count, 1)
        return _counted("failed", views.busy(request.path, language_of(request), request.form, status=500))


def _counted(outcome: str, response: Response[str]) -> Response[str]:
    logger.info("form_requested", outcome=outcome, status=response.status_code)
    metrics.add_metric("FormPages", MetricUnit.Count, 1)
    return response


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request."""
    return app.resolve(event, context)
