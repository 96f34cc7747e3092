"""A first look at the demo with a real browser: phones, the clock, signing in."""

from typing import Any

import pytest

NARROW = {"width": 360, "height": 740}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_the_phones_and_the_clock_fit_any_window(open_page: Any, scheme: str, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 760}, scheme=scheme)
    page.goto("/demo")
    assert page.locator("h2", has_text="phone").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_an_answer_typed_as_a_patient_stands_on_the_phone(open_page: Any, scripts: bool) -> None:
    page = open_page(scripts=scripts)
    page.goto("/demo?patient=pat-03")
    words = "Gracias, estoy bien" if scripts else "Muchas gracias a todos"
    page.fill("#body", words)
    page.click("text=Send >> nth=0")
    page.wait_for_selector(f".bubble.own:has-text('{words}')")


def test_the_clock_moves_an_hour_at_a_press(open_page: Any, clinic: Any) -> None:
    page = open_page()
    page.goto("/demo")
    before = page.inner_text(".when time")
    page.click("button[value=hour]")
    page.wait_for_function("before => document.querySelector('.when time').innerText !== before", arg=before)
    clinic.site.clockwork.wait()


def test_nora_signs_in_and_out_of_nothing_but_this_computer(open_page: Any, told: Any) -> None:
    told.expect("404")
    page = open_page(at="/demo/sign-in")
    page.click("button[value=nora]")
    page.wait_for_url("**/now")
    assert page.url.startswith("http://127.0.0.1:")
    (cookie,) = page.context.cookies()
    assert cookie["httpOnly"] and cookie["sameSite"] == "Lax"
    assert "/sign-in" not in page.url


def test_a_complaint_of_a_page_is_heard(open_page: Any, told: Any) -> None:
    page = open_page()
    page.goto("/demo/about")
    page.evaluate(
        "document.body.appendChild(document.createElement('script')).src = 'https://evil.example/x.js'"
    )
    page.wait_for_timeout(200)
    assert any("Content Security Policy" in one for one in told.complaints)
    told.expect("evil.example")


@pytest.mark.filterwarnings("ignore:A test tried to use socket:UserWarning")
def test_nothing_but_this_computer_can_be_reached(at_home: None) -> None:
    import socket

    import pytest_socket

    with pytest.raises(pytest_socket.SocketConnectBlockedError):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
