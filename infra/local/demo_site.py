"""The demo's addresses: its own pages under /demo, everything else through the gateway to the handlers."""

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from aftercare.web.page import STATIC
from aftercare.web.request import local_path
from infra.local.demo_clockwork import BUTTONS, Clockwork
from infra.local.demo_panes import bubbles, faces, letters, mail_html, stamp
from infra.local.demo_people import CLINIC_ZONE, PEOPLE, DemoPerson
from infra.local.demo_sign_in import Tokens, cookie_for, header, to_browser, to_service
from infra.local.demo_staff import PAGES, STAFF
from infra.local.http_gateway import Answered, Asked, Gateway, Headers, routes_of
from infra.local.rehearsal import BASE_URL, TEMPLATE
from infra.local.template_reader import read_template

PAGES_FOLDER = Path(__file__).parent / "demo_pages"
_FIRST = "pat-35"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A mail brings its own styles, and shows what any mail program would: no script, nothing from elsewhere.
_MAIL_POLICY = (
    "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)
_SAFE = (
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
)
_HINT = (
    b'<link rel="stylesheet" href="/demo/static/hint.css">'
    b'<aside class="demo-hint" aria-label="Demo">'
    b'<a href="/demo">Demo: phones, mailboxes and the clock</a></aside></body>'
)
_ROLES = {"nora": "nurse", "lena": "clinician", "fay": "front desk", "owen": "owner"}


class DemoSite:
    """Answers every request of the demo. Threads may call it at the same time.

    Args:
        clockwork: Of an entered world.
        hint: Whether pages of the dashboard show the way to the panes.
    """

    def __init__(self, clockwork: Clockwork, *, hint: bool = True) -> None:
        self.clockwork, self.world, self._hint = clockwork, clockwork.world, hint
        self._tokens = Tokens()
        routes = routes_of(read_template(TEMPLATE, {"PublicBaseUrl": BASE_URL}))
        self._gateway = Gateway(self.world.cloud, routes, self._tokens.claims)
        self._gets: Mapping[str, Callable[[Asked], Answered]] = {
            "/demo": self._panes,
            "/demo/": self._panes,
            "/demo/about": self._about,
            "/demo/sign-in": self._picker,
            "/demo/state": self._state,
        }
        self._posts: Mapping[str, Callable[[Asked, Mapping[str, str]], Answered]] = {
            "/demo/clock": self._press,
            "/demo/text": self._text,
            "/demo/mail": self._mail,
            "/demo/sign-in": self._sign_in,
        }

    def answer(self, asked: Asked) -> Answered:
        """Answer one request."""
        path = asked.target.partition("?")[0]
        if path == "/sign-in" and PAGES in self.world.cloud.functions:
            return _go_to("/demo/sign-in?" + asked.target.partition("?")[2])
        if path == "/" and PAGES not in self.world.cloud.functions:
            return _go_to("/demo")
        if path == "/demo" or path.startswith("/demo/"):
            return self._own(asked, path)
        with self.clockwork.lock:
            found = self._gateway.answer(
                Asked(asked.method, asked.target, to_service(asked.headers), asked.body)
            )
        return self._with_hint(path, to_browser(found))

    def _with_hint(self, path: str, found: Answered) -> Answered:
        kind = next((value for name, value in found.headers if name == "content-type"), "")
        if not self._hint or not kind.startswith("text/html") or path.startswith(("/f/", "/u/", "/v1/")):
            return found
        return Answered(found.status, found.headers, found.body.replace(b"</body>", _HINT))

    # ---- the demo's own pages

    def _own(self, asked: Asked, path: str) -> Answered:
        if asked.method in ("GET", "HEAD"):
            if path.startswith("/demo/static/"):
                return _static(path.removeprefix("/demo/static/"))
            if path.startswith("/demo/mail/"):
                return self._mail_html(path.removeprefix("/demo/mail/"))
            show = self._gets.get(path)
            return (
                show(asked) if show else _trouble(404, "There is nothing here", "The demo starts over there.")
            )
        act = self._posts.get(path) if asked.method == "POST" else None
        if act is None:
            return _trouble(405, "That cannot be done here", "Only the demo's own buttons work here.")
        if not _from_here(asked):
            return _trouble(403, "That form was not sent from here", "Nothing was changed.")
        fields = dict(parse_qsl(asked.body.decode("utf-8", "replace"), keep_blank_values=True))
        return act(asked, fields)

    def _panes(self, asked: Asked) -> Answered:
        person = PEOPLE.get(_query(asked).get("patient", _FIRST))
        if person is None:
            return _trouble(404, "Nobody of that name", "The list shows everybody there is.")
        status = self.clockwork.status()
        with self.clockwork.lock:
            shown: dict[str, Any] = {
                "faces": (people := faces(self.world)),
                "bubbles": bubbles(self.world, person),
                "letters": letters(self.world, person),
                "note": next(face.note for face in people if face.id == person.id),
                "own": person.id in self.world.own,
            }
        now = stamp(status.now, CLINIC_ZONE)
        refresh = status.running is not None
        return _page(
            "panes.html", person=person, status=status, now=now, buttons=BUTTONS, refresh=refresh, **shown
        )

    def _about(self, asked: Asked) -> Answered:
        lena = STAFF["lena"]
        base = f"http://{header(asked, 'host')}"
        return _page("about.html", token=self._tokens.of(lena), base=base, refresh=False)

    def _picker(self, asked: Asked) -> Answered:
        then = _query(asked).get("then", "/now")
        people = {key: STAFF[key] for key in _ROLES}
        return _page("sign_in.html", staff=people, roles=_ROLES, then=then, refresh=False)

    def _state(self, _: Asked) -> Answered:
        status = self.clockwork.status()
        told = {"version": status.version, "running": status.running, "share": status.share}
        return Answered(200, [("content-type", "application/json"), *_SAFE], json.dumps(told).encode())

    def _mail_html(self, number: str) -> Answered:
        html = mail_html(self.world, int(number)) if number.isascii() and number.isdecimal() else None
        if html is None:
            return _trouble(404, "There is no such mail", "The mailbox shows what there is.")
        headers = [
            ("content-type", "text/html; charset=utf-8"),
            ("content-security-policy", _MAIL_POLICY),
            *_SAFE,
        ]
        return Answered(200, headers, html.encode())

    # ---- what is done

    def _press(self, _: Asked, fields: Mapping[str, str]) -> Answered:
        if fields.get("press") not in BUTTONS:
            return _trouble(422, "There is no such button", "Nothing was changed.")
        self.clockwork.press(fields["press"])
        return _go_to(_phone_of(PEOPLE.get(fields.get("patient", _FIRST))))

    def _text(self, _: Asked, fields: Mapping[str, str]) -> Answered:
        person, body = PEOPLE.get(fields.get("patient", "")), fields.get("body", "").strip()
        if person is None or not 0 < len(body) <= 1600:
            return _trouble(422, "That could not be sent", "A text has one to 1,600 characters.")
        with self.clockwork.lock:
            self.world.text(person.id, body)
        return _go_to(_phone_of(person))

    def _mail(self, _: Asked, fields: Mapping[str, str]) -> Answered:
        person, body = PEOPLE.get(fields.get("patient", "")), fields.get("body", "").strip()
        subject = " ".join(fields.get("subject", "").split())
        if person is None or not 0 < len(body) <= 8000 or len(subject) > 200:
            return _trouble(422, "That could not be sent", "A mail has one to 8,000 characters.")
        with self.clockwork.lock:
            self.world.mail(person.id, subject, body)
        return _go_to(_phone_of(person))

    def _sign_in(self, _: Asked, fields: Mapping[str, str]) -> Answered:
        person = STAFF.get(fields.get("who", ""))
        if person is None:
            return _trouble(422, "Nobody of that name works here", "Pick one of the four.")
        with self.clockwork.lock:
            cookie = cookie_for(person, self.world.cloud)
        then = fields.get("then", "/now")
        return to_browser(_go_to(local_path(then), [("set-cookie", cookie)]))


# ---- small parts


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(PAGES_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


def _page(template: str, status_code: int = 200, **shown: Any) -> Answered:
    headers = [("content-type", "text/html; charset=utf-8"), ("content-security-policy", _POLICY), *_SAFE]
    return Answered(status_code, headers, _environment().get_template(template).render(**shown).encode())


def _trouble(status: int, heading: str, what_now: str) -> Answered:
    return _page("trouble.html", status, heading=heading, what_now=what_now, refresh=False)


def _static(name: str) -> Answered:
    if name == "tokens.css":
        # The product's colours and nothing else of its sheet, so that the demo looks like a part of it.
        tokens = re.search(r":root \{.*?\n\}", (STATIC / "style.css").read_text("utf-8"), re.DOTALL)
        return Answered(
            200, [("content-type", _TYPES[".css"]), *_SAFE], (tokens[0] if tokens else "").encode()
        )
    file = PAGES_FOLDER / Path(name).name
    if file.suffix not in _TYPES or not file.is_file():
        return _trouble(404, "There is nothing here", "The demo starts over there.")
    return Answered(200, [("content-type", _TYPES[file.suffix]), *_SAFE], file.read_bytes())


def _go_to(path: str, more: Headers = ()) -> Answered:
    return Answered(303, [("location", path), *_SAFE, *more], b"")


def _phone_of(person: DemoPerson | None) -> str:
    return "/demo?" + urlencode({"patient": person.id if person else _FIRST})


def _query(asked: Asked) -> dict[str, str]:
    found = parse_qs(asked.target.partition("?")[2], keep_blank_values=True, errors="replace")
    return {name: values[0] for name, values in found.items()}


def _from_here(asked: Asked) -> bool:
    """Say whether a form came from a page of ours: another site's page may reach 127.0.0.1 as well."""
    if site := header(asked, "sec-fetch-site"):
        # "none": typed by hand. A page without a referrer sends the origin "null" even to itself.
        return site in ("same-origin", "none")
    origin = header(asked, "origin")
    return not origin or urlsplit(origin).netloc == header(asked, "host")
