"""Routes of alerts."""

from aftercare.contracts.api_answers import Alerts, Done
from aftercare.contracts.api_requests import AlertsQuery, Nothing, ResolveNew
from aftercare.domain.ids import AlertId
from aftercare.domain.staff import Right
from aftercare.usecases.answer_from_desk import acknowledge_alert, resolve_alert
from aftercare.usecases.see_alerts import Shown, see_alerts
from aftercare.web.api.route import BY, Call, Route


def _list(call: Call) -> Alerts:
    query: AlertsQuery = call.query
    found = see_alerts(
        call.person, call.desk, Shown(query.state), by=BY, after=query.after, limit=query.limit
    )
    return Alerts.model_validate({"alerts": found.rows, "next": found.more})


def _acknowledge(call: Call) -> Done:
    acknowledge_alert(call.person, call.desk, AlertId(call.ids["alert_id"]), by=BY)
    return Done(id=call.ids["alert_id"])


def _resolve(call: Call) -> Done:
    body: ResolveNew = call.body
    alert_id = AlertId(call.ids["alert_id"])
    resolve_alert(call.person, call.desk, alert_id, body.disposition, body.note, by=BY, heard=body.heard)
    return Done(id=alert_id)


ROUTES = (
    Route(
        "GET",
        "/v1/alerts",
        Right.SEE_WORKLIST,
        _list,
        "List alerts: open ones worst first, resolved ones the latest first",
        Alerts,
        query=AlertsQuery,
    ),
    Route(
        "POST",
        "/v1/alerts/{alert_id}/acknowledge",
        Right.ANSWER_ALERTS,
        _acknowledge,
        "Take an alert, or a test page, on: nobody else is called",
        Done,
        body=Nothing,
        examples={"taken on": {}},
    ),
    Route(
        "POST",
        "/v1/alerts/{alert_id}/resolve",
        Right.ANSWER_ALERTS,
        _resolve,
        "End an alert, with what came of it and a note",
        Done,
        body=ResolveNew,
        examples={
            "spoke": {
                "disposition": "spoke_with_patient",
                "note": "Called at once. Is with her sister, has the safety plan, comes in tomorrow.",
            }
        },
    ),
)
