"""What a browser sent, read out of API Gateway's payload (HTTP API, version 2.0)."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from aftercare.domain.errors import BadInput

# The longest form is a manual message or a note; nothing of ours needs more.
BODY_MAX = 64 * 1024
FIELDS_MAX = 200


@dataclass(frozen=True, slots=True)
class Request:
    """Attributes:
    path: Decoded, as API Gateway gives it.
    query: Text behind the question mark, as sent.
    form: The posted fields; the last one of a name counts.
    swaps: The page's own script asks for a part of the page.
    speaks: The languages the browser asks for, as sent.
    """

    method: str
    path: str
    query: str
    cookies: Mapping[str, str]
    form: Mapping[str, str]
    swaps: bool
    site: str
    speaks: str = ""

    @property
    def asked_for(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path


def read_request(event: Mapping[str, Any]) -> Request:
    """Read the payload of one request.

    Raises:
        BadInput: The body is too long, not what it says it is, or has too many fields.
    """
    http = event["requestContext"]["http"]
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    pairs = (text.partition("=") for text in event.get("cookies") or ())
    return Request(
        method=http["method"],
        path=event.get("rawPath") or "/",
        query=event.get("rawQueryString") or "",
        cookies={name.strip(): value for name, _, value in pairs},
        form=_form(event, headers) if http["method"] == "POST" else {},
        swaps=headers.get("hx-request") == "true",
        site=headers.get("sec-fetch-site", ""),
        speaks=headers.get("accept-language", ""),
    )


def _form(event: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, str]:
    body = event.get("body") or ""
    if len(body) > BODY_MAX:
        raise BadInput("form", None, f"at most {BODY_MAX} characters")
    if event.get("isBase64Encoded"):
        try:
            body = base64.b64decode(body, validate=True).decode("utf-8", "replace")
        except binascii.Error:
            raise BadInput("form", None, "fields of a form") from None
    kind = headers.get("content-type", "").partition(";")[0].strip()
    if body and kind != "application/x-www-form-urlencoded":
        raise BadInput("form", None, "fields of a form (application/x-www-form-urlencoded)")
    try:
        return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=FIELDS_MAX))
    except ValueError:
        raise BadInput("form", None, f"at most {FIELDS_MAX} fields") from None


def from_our_own_page(request: Request, secret: str) -> bool:
    """Say whether a form was sent by a page that we made for this person (no forgery from elsewhere)."""
    if request.site not in ("", "same-origin"):
        return False
    return hmac.compare_digest(request.form.get("form_secret", "").encode(), secret.encode())


def local_path(wanted: str) -> str:
    """Return a path of ours to go to after signing in; what could lead elsewhere becomes the home."""
    plain = wanted.isascii() and wanted.isprintable() and "\\" not in wanted
    return wanted if plain and wanted.startswith("/") and not wanted.startswith("//") else "/now"
