"""The function behind the patients' pages, woken with what API Gateway sends, wired as it ships."""

import base64
import io
import logging
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from aftercare import telemetry, wiring
from aftercare.adapters.dynamodb_clinics import DynamoDbClinics
from aftercare.domain.compose import secret_hash
from aftercare.domain.errors import TryAgain
from aftercare.domain.ids import TouchId
from aftercare.domain.records import Link
from aftercare.handlers import form_requested
from aftercare.usecases.take_event import take_event
from infra.local.memory_table import MemoryTable
from infra.local.virtual_clock import SequentialIds, VirtualClock
from tests.building import ADA, ENROLLED_AT, HUDSON, a_clinic, event
from tests.unit.web.patient_browser import SECRET, Browser, payload

CONTEXT = SimpleNamespace(
    function_name="aftercare",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:aftercare",
    aws_request_id="5b2f4f6c-0d3e-5a52-9f0e-1c8a1d0f2a11",
)
WORDS = "feeling a bit tired"
PARTS = "--x\r\nContent-Disposition: form-data; name=List-Unsubscribe\r\n\r\nOne-Click\r\n--x--"
FORM = "application/x-www-form-urlencoded"


class Outside:
    """A table that may break, and a log that is read."""

    def __init__(self) -> None:
        self.clock = VirtualClock(ENROLLED_AT + timedelta(days=1))
        self.table = MemoryTable("aftercare", now=self.clock.now)
        self.logs = io.StringIO()
        self.fault: Exception | None = None

    def __getattr__(self, name: str) -> Any:
        if self.fault is not None:
            raise self.fault
        return getattr(self.table, name)


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    monkeypatch.setenv("TABLE_NAME", "aftercare")
    # Read from the environment when the module is imported, which another test may have done already.
    monkeypatch.setattr(telemetry.metrics.provider, "namespace", "Aftercare")
    monkeypatch.setattr(telemetry.metrics.provider, "service", "aftercare")
    telemetry.metrics.clear_metrics()
    made = Outside()
    captured = logging.StreamHandler(made.logs)
    captured.setFormatter(telemetry.logger.registered_formatter)
    monkeypatch.setattr(telemetry.logger._logger, "handlers", [captured])
    wiring.rewire(clock=made.clock, ids=SequentialIds(), clients=lambda _: made)
    DynamoDbClinics(made.table, "aftercare", made.clock).put(a_clinic())
    take_event(event("patient_enrolled"), wiring.ports())
    now = made.clock.now()
    link = Link(
        secret_hash(SECRET), HUDSON, ADA, TouchId("t"), "form:side-effects", now + timedelta(days=4), now
    )
    wiring.ports().links.keep([link])
    yield made
    wiring.rewire()


def ask(event: dict[str, Any]) -> dict[str, Any]:
    return form_requested.handler(event, CONTEXT)


def test_a_form_is_filled_in_through_the_function(outside: Outside) -> None:
    browser = Browser(ask).get()
    assert browser.status == 200
    browser.enters().post(do="next", item="side_effects", letter_C="on")
    browser.answers(WORDS).sends()
    assert browser.heading == "Thank you"
    assert any(row["sk"]["S"] == "MEASURE#t.side-effects" for row in outside.table.items())


def test_neither_the_link_nor_a_birth_date_nor_an_answer_is_logged(
    outside: Outside, capsys: pytest.CaptureFixture[str]
) -> None:
    browser = Browser(ask).get().enters(year="1950").enters()
    browser.post(do="next", item="side_effects", letter_C="on").answers(WORDS).sends()
    outside.fault = RuntimeError(f"{WORDS} {SECRET}")
    browser.get()
    told = outside.logs.getvalue() + capsys.readouterr().out
    assert "form_requested" in told
    for private in (
        SECRET,
        secret_hash(SECRET),
        "1990",
        "1950",
        WORDS,
        "Ada",
        browser.cookie.partition("=")[2],
    ):
        assert private not in told, private


def test_every_page_leaves_under_a_strict_policy_and_is_kept_nowhere(outside: Outside) -> None:
    for path in (f"/f/{SECRET}", "/f/x", f"/u/{SECRET}"):
        headers = ask(payload("GET", path))["headers"]
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_busy_table_asks_the_patient_to_press_again_and_types_nothing_twice(outside: Outside) -> None:
    browser = Browser(ask).enters().post(do="next", item="side_effects", letter_C="on")
    outside.fault = TryAgain("table: throttled")
    browser.answers(WORDS)
    assert (browser.status, browser.heading) == (503, "Please press again")
    assert "Your answers are saved." in browser.page
    assert f'name="answer" value="{WORDS}"' in browser.page
    assert "tel:988" in browser.page
    outside.fault = None
    browser.post(do="next", item="side_effects_text", answer=WORDS)
    assert browser.heading == "You are at the end"


def test_a_busy_table_at_the_gate_repeats_no_birth_date(outside: Outside) -> None:
    outside.fault = TryAgain("table: throttled")
    browser = Browser(ask).enters()
    assert browser.status == 503
    assert "1990" not in browser.page


def test_a_fault_of_ours_is_a_kind_page_and_is_counted(
    outside: Outside, capsys: pytest.CaptureFixture[str]
) -> None:
    outside.fault = RuntimeError(WORDS)
    browser = Browser(ask).get()
    assert (browser.status, browser.heading) == (500, "Please press again")
    assert "FormsFailed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("body", "kind", "coded"),
    [
        ("x" * 70_000, FORM, False),
        ("&".join(f"a{n}=1" for n in range(300)), FORM, False),
        ('{"do": "send"}', "application/json", False),
        ("%%%", FORM, True),
        ("do=next", "multipart/form-data; boundary=x", False),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_kindly(
    outside: Outside, body: str, kind: str, coded: bool
) -> None:
    sent = payload("POST", f"/f/{SECRET}", "", body, content_type=kind)
    found = ask({**sent, "isBase64Encoded": coded})
    assert found["statusCode"] == 400
    assert "That did not work" in found["body"]


def test_bytes_that_are_no_text_are_an_answer_of_nobody(outside: Outside) -> None:
    body = base64.b64encode(b"do=enter&month=\xff&day=%00&year=%ff%fe").decode()
    sent = payload("POST", f"/f/{SECRET}", "", body, content_type=FORM)
    assert ask({**sent, "isBase64Encoded": True})["statusCode"] == 400


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("List-Unsubscribe=One-Click", FORM),
        (
            "--x\r\nContent-Disposition: form-data; name=List-Unsubscribe\r\n\r\nOne-Click\r\n--x--",
            "multipart/form-data; boundary=x",
        ),
        ("", "text/plain"),
    ],
)
def test_a_mail_program_unsubscribes_in_whatever_form_it_posts(
    outside: Outside, body: str, kind: str
) -> None:
    secret, now = "U" * 22, outside.clock.now()
    until = now + timedelta(days=365)
    wiring.ports().links.keep(
        [Link(secret_hash(secret), HUDSON, ADA, TouchId("l"), "unsubscribe", until, now)]
    )
    assert ask(payload("POST", f"/u/{secret}", "", body, content_type=kind))["statusCode"] == 200
    followup = wiring.ports().followups.get(HUDSON, ADA)
    assert followup is not None
    assert not any(s.agreed for (_, purpose), s in followup.standings.items() if purpose == "education")


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "OPTIONS"])
def test_every_method_gets_a_page(outside: Outside, method: str) -> None:
    found = ask(payload(method, f"/f/{SECRET}"))
    assert found["statusCode"] == (200 if method == "HEAD" else 405)
