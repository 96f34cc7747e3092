"""A member of staff at a browser: requests as API Gateway hands them to the dashboard, and its answers."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aftercare import wiring
from aftercare.desk_wiring import desk
from aftercare.domain.ids import ClinicId
from aftercare.domain.sign_in import SignIn
from aftercare.domain.staff import Person, Role
from aftercare.handlers import page_requested
from aftercare.usecases.sign_in import hash_of
from aftercare.web.sign_in_pages import COOKIE
from infra.local.virtual_clock import SequentialIds
from tests.api.office import CONTEXT, Office, Reply, opened, payload_of

FORM_SECRET = "f0rm-s3cret"


@dataclass
class Browser:
    """``who``: whose cookie goes along, by the name of their role."""

    office: Office
    who: str = "nurse"

    def sign_in(self, role: str, clinic: str = "hudson") -> "Browser":
        person = Person(
            f"sub-{role}", f"{role.capitalize()} Carla", frozenset({Role(role)}), ClinicId(clinic)
        )
        now = self.office.world.clock.now()
        desk().sign_ins.keep(SignIn(hash_of(f"{role}-{clinic}"), person, FORM_SECRET, now, now))
        return Browser(self.office, f"{role}-{clinic}")

    def get(self, path: str, query: str = "", **headers: str) -> Reply:
        return self._ask("GET", path, query=query, headers=headers)

    def post(self, path: str, *, secret: str = FORM_SECRET, swaps: bool = False, **fields: str) -> Reply:
        body = urlencode({"form_secret": secret, **fields})
        headers = {"content-type": "application/x-www-form-urlencoded"}
        if swaps:
            headers["hx-request"] = "true"
        return self._ask("POST", path, raw=body, headers=headers)

    def _ask(self, method: str, path: str, **more: Any) -> Reply:
        payload = payload_of(method, path, **more)
        payload["cookies"] = [f"{COOKIE}={self.who}"]
        self.office.calls.clear()
        answer = page_requested.handler(payload, CONTEXT)
        headers = {name.lower(): str(value) for name, value in (answer.get("headers") or {}).items()}
        for name, values in (answer.get("multiValueHeaders") or {}).items():
            headers[name.lower()] = str(values[0])
        return Reply(answer["statusCode"], answer["body"], headers, tuple(self.office.calls))


class Aws:
    """The queue and the carrier of texts, as boto3 answers when all is well."""

    def send_message_batch(self, *, Entries: list[dict[str, str]], **_: Any) -> dict[str, Any]:  # noqa: N803
        return {"Successful": [{"Id": one["Id"]} for one in Entries], "Failed": []}

    def send_text_message(self, **_: Any) -> dict[str, Any]:
        return {"MessageId": "m-1"}


def opened_browser() -> Browser:
    """Open both clinics and sign a nurse in at Hudson."""
    office, aws = opened(), Aws()

    def client(name: str) -> Any:
        return office.client(name) if name == "dynamodb" else aws

    wiring.rewire(clock=office.world.clock, ids=SequentialIds("desk"), clients=client)
    return Browser(office).sign_in("nurse")


def alert_in(page: Reply) -> str:
    """Return the id of the first alert that a page offers to take on."""
    found = re.search(r'action="/alerts/([^/"]+)/acknowledge"', page.text)
    assert found is not None, page.text[:2000]
    return found[1]
