"""Routes of what was counted and what was seen: outcomes and the audit trail."""

from aftercare.contracts.api_overviews import Audit, Outcomes
from aftercare.contracts.api_requests import AuditQuery
from aftercare.domain.staff import Right
from aftercare.usecases.see_audit import see_audit
from aftercare.usecases.see_outcomes import see_outcomes
from aftercare.web.api.route import BY, Call, Route


def _outcomes(call: Call) -> Outcomes:
    return Outcomes.model_validate(see_outcomes(call.person, call.desk, by=BY))


def _audit(call: Call) -> Audit:
    query: AuditQuery = call.query
    found = see_audit(
        call.person,
        call.desk,
        by=BY,
        after=query.after,
        since=query.since,
        until=query.until,
        limit=query.limit,
    )
    return Audit.model_validate(
        {"entries": found.entries.rows, "next": found.entries.more, "broken_on": found.broken_on}
    )


ROUTES = (
    Route(
        "GET",
        "/v1/outcomes",
        Right.SEE_OUTCOMES,
        _outcomes,
        "Show response, remission, replies and deliveries, with denominators and intervals",
        Outcomes,
    ),
    Route(
        "GET",
        "/v1/audit",
        Right.SEE_AUDIT,
        _audit,
        "Show who saw and changed what, the latest first, and whether the trail is whole",
        Audit,
        query=AuditQuery,
    ),
)
