"""The way into the dashboard: nobody gets past it without a sign-in, and no form without its secret."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from aws_lambda_powertools.event_handler import Response

from aftercare.desk_ports import Desk
from aftercare.domain.errors import AftercareError, BadInput, NotAllowed, NotFound, TryAgain
from aftercare.usecases.sign_in import signed_in
from aftercare.web.page import HEADERS, go_to, page
from aftercare.web.request import Request, from_our_own_page
from aftercare.web.sign_in_pages import COOKIE, PUBLIC

_OPEN = ("/static/",)
# An open page asks for these without anybody touching it.
_BY_ITSELF = ("/now/changes",)


def entering(request: Request, desk: Desk) -> Mapping[str, Any] | Response[str]:
    """Return what the pages need to know of who asks, or the answer that keeps them out."""
    if request.path in PUBLIC or request.path.startswith(_OPEN):
        return {}
    secret = request.cookies.get(COOKIE)
    found = signed_in(secret, desk, by_hand=request.path not in _BY_ITSELF) if secret else None
    if found is None:
        return _to_sign_in(request)
    if request.method == "POST" and not from_our_own_page(request, found.form_secret):
        return trouble(403, "That form was not sent from here", "Nothing was changed. Please try once more.")
    return {"sign_in": found, "person": found.person}


def _to_sign_in(request: Request) -> Response[str]:
    # A form that was sent too late cannot be sent again by itself: they come back to the home screen.
    then = request.asked_for if request.method == "GET" and not request.swaps else "/now"
    path = f"/sign-in?then={quote(then, safe='')}"
    if request.swaps:
        headers: dict[str, str | list[str]] = {**HEADERS, "HX-Redirect": path}
        return Response(401, "text/html; charset=utf-8", "", headers=headers)
    return go_to(path)


def answer_to(error: AftercareError) -> Response[str]:
    """Return the page for a refusal. It never repeats what was found: that may be a patient's words."""
    match error:
        case NotFound():
            return trouble(404, "There is nothing here", "It may have moved, or the address has a slip.")
        case NotAllowed():
            return trouble(403, "This is not for your role", "Ask the clinic's owner if you need it.")
        case BadInput():
            said = f"{error.field}: {error.allowed}."
            return trouble(422, "That could not be used", f"Nothing was changed. Expected for {said}")
        case TryAgain():
            return trouble(503, "Busy just now", "Nothing was lost. Please try again in a few seconds.")
    return trouble(409, "Somebody was faster", "It was changed meanwhile. Look again, then decide.")


def trouble(status: int, heading: str, what_now: str) -> Response[str]:
    return page(
        "trouble.html",
        status=status,
        headers={"Retry-After": "5"} if status == 503 else {},
        heading=heading,
        what_now=what_now,
        way_on="/now",
        way_on_words="Back to Now",
    )
