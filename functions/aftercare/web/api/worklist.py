"""Routes of what needs a person: the worklist, and messages that did not arrive."""

from aftercare.contracts.api_answers import Problems, Worklist
from aftercare.contracts.api_requests import PageQuery
from aftercare.domain.staff import Right
from aftercare.domain.worklist import Section
from aftercare.usecases.see_worklist import see_worklist
from aftercare.web.api.route import BY, Call, Route


def _see(call: Call) -> Worklist:
    query: PageQuery = call.query
    found = see_worklist(call.person, call.desk, by=BY, after=query.after, limit=query.limit)
    return Worklist.model_validate(found)


def _problems(call: Call) -> Problems:
    query: PageQuery = call.query
    found = see_worklist(call.person, call.desk, by=BY, after=query.after, limit=query.limit)
    rows = tuple(row for row in found.tasks if row.section is Section.UNDELIVERED)
    return Problems.model_validate({"at": found.at, "problems": rows, "next": found.more})


ROUTES = (
    Route(
        "GET",
        "/v1/worklist",
        Right.SEE_WORKLIST,
        _see,
        "Show everything that needs a person now, worst first",
        Worklist,
        query=PageQuery,
    ),
    Route(
        "GET",
        "/v1/deliveries/problems",
        Right.SEE_WORKLIST,
        _problems,
        "Show messages that did not arrive and wait for somebody to mend the cause",
        Problems,
        query=PageQuery,
    ),
)
