"""Signing in and out. Cognito knows the passwords; we hold only who came back from there."""

import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from aftercare.contracts import token_claims
from aftercare.domain.errors import BadInput, TryAgain
from aftercare.domain.sign_in import KEPT_MAX
from aftercare.usecases.sign_in import sign_in, sign_out
from aftercare.web.page import HEADERS, go_to, page
from aftercare.web.query import query_of
from aftercare.web.request import Request, local_path

COOKIE = "__Host-aftercare"
BEGUN = "__Host-aftercare-begun"
_BEGUN_SECONDS = 600
PUBLIC = ("/sign-in", "/sign-in/start", "/signed-in")

router = Router()


def cookie(name: str, value: str, seconds: int) -> Cookie:
    """A cookie that only this host sees, only over TLS, and no script ever.

    Lax, not strict: Cognito sends the browser back to us, and the cookie must come along.
    """
    return Cookie(
        name, value, path="/", secure=True, http_only=True, max_age=seconds, same_site=SameSite.LAX_MODE
    )


@router.get("/sign-in")
def ask() -> Response[str]:
    request: Request = router.context["request"]
    then = local_path(_query(request, "then"))
    return page("sign_in.html", start=f"/sign-in/start?{urlencode({'then': then})}", trouble="")


@router.get("/sign-in/start")
def begin() -> Response[str]:
    """Send the browser to Cognito. What must come back unchanged waits in a cookie of ten minutes."""
    request: Request = router.context["request"]
    ids = router.context["desk"].ports.ids
    state, nonce, verifier = ids.token(), ids.token(), ids.token() + ids.token()
    then = local_path(_query(request, "then"))
    at = int(router.context["desk"].ports.clock.now().timestamp())
    kept = urlencode({"s": state, "n": nonce, "v": verifier, "t": then, "at": at})
    begun = cookie(BEGUN, kept, _BEGUN_SECONDS)
    headers: dict[str, str | list[str]] = {
        **HEADERS,
        "Location": router.context["identity"].begin(state, nonce, verifier),
    }
    return Response(302, "text/html; charset=utf-8", "", headers=headers, cookies=[begun])


@router.get("/signed-in")
def come_back() -> Response[str]:
    """Take the browser back from Cognito, once: the code must answer what was begun here."""
    request: Request = router.context["request"]
    desk = router.context["desk"]
    begun = {name: values[0] for name, values in parse_qs(request.cookies.get(BEGUN, "")).items()}
    if not begun.get("s") or _query(request, "state") != begun["s"] or not begun.get("v"):
        return _again("That sign-in was not begun here, or it took too long.")
    now = desk.ports.clock.now()
    at = begun.get("at", "")
    begun_at = datetime.fromtimestamp(int(at), UTC) if re.fullmatch(r"[0-9]{1,10}", at) else now
    try:
        claims = router.context["identity"].finish(
            _query(request, "code"), begun["v"], begun.get("n", ""), begun_at=begun_at, now=now
        )
        person = token_claims.parse(claims)
    except BadInput:
        return _again("That sign-in is not for a clinic here, or it took too long.")
    except TryAgain:
        return _again("The sign-in service does not answer just now.", status=503)
    secret = sign_in(person, desk)
    kept = cookie(COOKIE, secret, int(KEPT_MAX.total_seconds()))
    return go_to(local_path(begun.get("t", "")), cookies=[kept, cookie(BEGUN, "", 0)])


@router.post("/sign-out")
def leave() -> Response[str]:
    sign_out(router.context["sign_in"], router.context["desk"])
    everywhere = router.context["identity"].end(router.context["base_url"] + "/sign-in")
    return page("signed_out.html", everywhere=everywhere, cookies=[cookie(COOKIE, "", 0)])


def _again(trouble: str, status: int = 400) -> Response[str]:
    return page("sign_in.html", status=status, start="/sign-in/start", trouble=trouble)


def _query(request: Request, name: str) -> str:
    return query_of(request).get(name, "")
