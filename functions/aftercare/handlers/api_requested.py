"""Lambda ApiRequested: another program, or a person's own, asked something of the JSON API."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from aftercare.desk_wiring import desk, once
from aftercare.domain.errors import AftercareError, TryAgain
from aftercare.telemetry import MetricUnit, logger, metrics
from aftercare.web.api import problems
from aftercare.web.api.entrance import answer
from aftercare.web.api.problems import Refused, refusal_of, refuse
from aftercare.web.api.route import Route
from aftercare.web.api.routes import ROUTES, methods_of

app = APIGatewayHttpResolver()


def _served(route: Route) -> Callable[..., Response[str]]:
    def serve(**ids: str) -> Response[str]:
        app.append_context(route=route.name)
        return answer(route, app.current_event.raw_event, ids, desk(), once())

    return serve


for _route in ROUTES:
    _path = _route.path.replace("{", "<").replace("}", ">")
    app.route(_path, method=_route.method)(_served(_route))


def _no_route(_: Exception) -> Response[str]:
    others = methods_of(app.current_event.path)
    # By its method it is a route, and what it names can be no id.
    if others and app.current_event.http_method.upper() not in others:
        return refuse(problems.WRONG_METHOD, headers={"Allow": ", ".join(others)})
    return refuse(problems.NOT_FOUND)


def _not_let_in(refused: Refused) -> Response[str]:
    return refuse(refused.refusal, headers=refused.headers)


def _failed(error: Exception) -> Response[str]:
    # The class alone: an error's text may hold what a patient wrote.
    logger.error("api_failed", kind=type(error).__name__)
    metrics.add_metric("ApiFailed", MetricUnit.Count, 1)
    return refuse(problems.FAILED)


def _refused(error: AftercareError) -> Response[str]:
    if isinstance(error, TryAgain):
        metrics.add_metric("ApiBusy", MetricUnit.Count, 1)
    return refusal_of(error)


app.not_found(_no_route)
app.exception_handler(Refused)(_not_let_in)
app.exception_handler(AftercareError)(_refused)
app.exception_handler(Exception)(_failed)


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request, whose token API Gateway has verified."""
    told = app.resolve(event, context)
    metrics.add_metric("ApiAnswered", MetricUnit.Count, 1)
    logger.info("api_requested", status=told["statusCode"])
    return told
