"""What a browser sent: read whole or refused, never a fault of ours."""

import base64
from typing import Any

import pytest

from aftercare.domain.errors import BadInput
from aftercare.web.request import BODY_MAX, from_our_own_page, local_path, read_request

FORM = "application/x-www-form-urlencoded"


def event(method: str = "POST", body: str | None = "", kind: str = FORM, **more: Any) -> dict[str, Any]:
    return {
        "version": "2.0",
        "rawPath": "/now",
        "rawQueryString": "",
        "headers": {"content-type": kind, **more.pop("headers", {})},
        "requestContext": {"http": {"method": method, "path": "/now"}},
        "body": body,
        **more,
    }


def test_a_form_is_read_plain_and_base64() -> None:
    assert read_request(event(body="note=caf%C3%A9+at+2&x=")).form == {"note": "café at 2", "x": ""}
    coded = base64.b64encode(b"note=hi").decode()
    assert read_request(event(body=coded, isBase64Encoded=True)).form == {"note": "hi"}


@pytest.mark.parametrize(
    "sent",
    [
        event(body="a" * (BODY_MAX + 1)),
        event(body="&".join(f"f{n}=1" for n in range(300))),
        event(body="{}", kind="application/json"),
        event(body="***", isBase64Encoded=True),
    ],
)
def test_what_is_no_form_of_ours_is_refused(sent: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        read_request(sent)


def test_bytes_that_are_no_text_do_not_break_the_page() -> None:
    coded = base64.b64encode(b"note=\xff\xfe%00").decode()
    assert "note" in read_request(event(body=coded, isBase64Encoded=True)).form


def test_a_get_carries_no_form_whatever_its_body_says() -> None:
    assert read_request(event(method="GET", body="note=1")).form == {}


def test_a_form_from_another_site_or_without_its_secret_is_not_ours() -> None:
    ours = read_request(event(body="form_secret=s1"))
    assert from_our_own_page(ours, "s1")
    assert not from_our_own_page(ours, "s2")
    assert not from_our_own_page(read_request(event(body="")), "s1")
    elsewhere = event(body="form_secret=s1", headers={"Sec-Fetch-Site": "cross-site"})
    assert not from_our_own_page(read_request(elsewhere), "s1")


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1", "", "/a\nb", "/\u202eb"],
)
def test_signing_in_never_leads_away_from_us(wanted: str) -> None:
    assert local_path(wanted) == "/now"


def test_signing_in_leads_back_to_where_one_was() -> None:
    assert local_path("/patients/ada-1?show=replies") == "/patients/ada-1?show=replies"
