"""How every page leaves: rendered without any I/O, under a policy that lets nothing foreign run."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent
STATIC = HERE / "static"
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

# Nothing inline, nothing from elsewhere, no framing; forms go back only to us.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["static"] = static_path
    return made


@lru_cache(maxsize=32)
def static_path(name: str) -> str:
    """Return the address of a static file. It changes with the content, so it may be kept for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{digest}/{name}"


def static_file(name: str) -> Response[str]:
    """Answer with a static file, or with 404 for anything that is not one of ours."""
    known = {file.name: file for file in STATIC.iterdir() if file.suffix in CONTENT_TYPES}
    if name not in known:
        return Response(404, "text/plain; charset=utf-8", "Not found", headers=dict(HEADERS))
    kept = {**HEADERS, "Cache-Control": "public, max-age=31536000, immutable"}
    file = known[name]
    return Response(200, CONTENT_TYPES[file.suffix], file.read_text("utf-8"), headers=kept, compress=True)


def render(template: str, **shown: Any) -> str:
    """Fill a template. Every value is text to it: markup in a name or a message stays text."""
    return _environment().get_template(template).render(**shown)


def page(
    template: str,
    *,
    status: int = 200,
    cookies: list[Any] | None = None,
    headers: Mapping[str, str] | None = None,
    **shown: Any,
) -> Response[str]:
    """Answer with a page."""
    all_headers: dict[str, str | list[str]] = {**HEADERS, **(headers or {})}
    body = render(template, **shown)
    # Not compressed: beside text from a request, the length would tell of the form secret (BREACH).
    return Response(status, "text/html; charset=utf-8", body, headers=all_headers, cookies=cookies)


def go_to(path: str, *, cookies: list[Any] | None = None) -> Response[str]:
    """Answer a form that did its work: the browser fetches ``path``, and a reload repeats nothing."""
    headers: dict[str, str | list[str]] = {**HEADERS, "Location": path}
    return Response(303, "text/html; charset=utf-8", "", headers=headers, cookies=cookies)
