"""How the API refuses: problem details (RFC 9457) that name the field and the fix, never what was found."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_lambda_powertools.event_handler import Response

from aftercare.domain.errors import (
    AftercareError,
    AtOdds,
    BadInput,
    Conflict,
    MayNotWrite,
    NotAllowed,
    NotFound,
    TryAgain,
)

HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}
CONTENT_TYPE = "application/problem+json"
# Where the fields of an event stand in it; a request has them at its top.
_OF_EVENT = re.compile(r"^detail\.((session|changes|consent)\.)?")


@dataclass(frozen=True, slots=True)
class Refusal:
    """One kind of refusal. ``code`` ends its type: ``urn:aftercare:problem:<code>``."""

    status: int
    code: str
    title: str
    detail: str
    retry_after: int | None = None


UNKNOWN_CALLER = Refusal(401, "no-token", "Who asks is not known", "Send a bearer token of this service.")
NO_CLINIC = Refusal(403, "no-clinic", "The token names no clinic", "It needs one clinic and a role.")
NOT_ALLOWED = Refusal(403, "not-allowed", "Not for this role", "None of the token's roles has the right.")
NOT_FOUND = Refusal(404, "not-found", "There is no such thing here", "No such thing exists at this clinic.")
WRONG_METHOD = Refusal(405, "wrong-method", "Not by this method", "The header Allow names those that work.")
BUSY_WITH_IT = Refusal(
    409, "in-progress", "The same request is being worked on", "Send it again in a moment.", retry_after=2
)
CHANGED = Refusal(409, "changed", "Somebody was faster", "It was changed meanwhile: read it again.")
AT_ODDS = Refusal(409, "at-odds", "That does not go with what is known", "The errors say what would.")
TOO_LONG = Refusal(413, "too-long", "The body is too long", "Send at most 512 KiB.")
NOT_JSON = Refusal(415, "not-json", "The body is not JSON", "Send it with Content-Type: application/json.")
WRONG = Refusal(422, "wrong", "Something in the request is wrong", "The list of errors says what is allowed.")
NO_KEY = Refusal(
    428,
    "no-key",
    "A write needs a key",
    "Send the header Idempotency-Key: 1 to 128 printable characters of your choice, without a space.",
)
FAILED = Refusal(500, "failed", "That went wrong here", "It has been noted. Send a write again with its key.")
BUSY = Refusal(503, "busy", "Busy just now", "Nothing was lost: send it again.", retry_after=2)

Faults = Sequence[tuple[str, str]]


class Refused(Exception):
    """A request that was not let in."""

    def __init__(self, refusal: Refusal, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal
        self.headers = headers or {}


def refuse(refusal: Refusal, faults: Faults = (), headers: Mapping[str, str] | None = None) -> Response[str]:
    """Answer with a refusal.

    Args:
        refusal: Which.
        faults: Each a field and what is allowed there.
        headers: More of them.
    """
    told: dict[str, object] = {
        "type": f"urn:aftercare:problem:{refusal.code}",
        "title": refusal.title,
        "status": refusal.status,
        "detail": refusal.detail,
    }
    if faults:
        told["errors"] = [{"field": field, "allowed": allowed} for field, allowed in faults]
    sent: dict[str, str | list[str]] = {**HEADERS, **(headers or {})}
    if refusal.retry_after is not None:
        sent["Retry-After"] = str(refusal.retry_after)
    return Response(refusal.status, CONTENT_TYPE, json.dumps(told), headers=sent)


def refusal_of(error: AftercareError) -> Response[str]:
    """Answer for an error of ours. All that does not exist here is refused in the same words."""
    match error:
        case NotFound():
            return refuse(NOT_FOUND)
        case MayNotWrite():
            return refuse(AT_ODDS, [(error.field, error.allowed)])
        case NotAllowed():
            return refuse(NOT_ALLOWED, [(error.field, error.allowed)])
        case BadInput():
            return refuse(WRONG, [(_OF_EVENT.sub("", error.field), error.allowed)])
        case AtOdds():
            return refuse(AT_ODDS, [(error.field, error.allowed)])
        case Conflict():
            return refuse(CHANGED)
        case TryAgain():
            return refuse(BUSY)
    return refuse(FAILED)
