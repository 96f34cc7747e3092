"""Settings: what is ready, who is on call, who is signed in. What is changed in the file is read here."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from aftercare.usecases.see_settings import answer_test_page, end_sign_in, see_settings, send_test_page
from aftercare.web.frame import desk_page
from aftercare.web.page import go_to
from aftercare.web.query import query_of
from aftercare.web.views.settings_view import settings_view

BY = "dashboard"
# What a form did, by the code behind the question mark of the page that follows it: look, sign, words.
SAID = {
    "test-sent": ("green", "check", "The test page is on its way to whoever is on call."),
    "test-not-sent": ("amber", "clock", "Not sent: one went out this week, or nobody is on call."),
    "test-answered": ("green", "check", "Noted: the test page has reached you."),
    "ended": ("green", "check", "That sign-in has ended."),
}

router = Router()


@router.get("/settings")
def settings() -> Response[str]:
    person, desk = router.context["person"], router.context["desk"]
    found = see_settings(person, desk, by=BY)
    return desk_page(
        router.context,
        "settings.html",
        here="settings",
        view=settings_view(found, person, router.context["sign_in"].secret_hash),
        checks=found.checks,
        said=SAID.get(query_of(router.context["request"]).get("said", "")),
    )


@router.post("/settings/test-page")
def test() -> Response[str]:
    sent = send_test_page(router.context["person"], router.context["desk"], by=BY)
    return _back("test-sent" if sent else "test-not-sent")


@router.post("/settings/test-page/answer")
def answered() -> Response[str]:
    test_id = router.context["request"].form.get("test_id", "")
    answer_test_page(router.context["person"], router.context["desk"], test_id, by=BY)
    return _back("test-answered")


@router.post("/settings/sign-ins/end")
def end() -> Response[str]:
    name = router.context["request"].form.get("name", "")
    end_sign_in(router.context["person"], router.context["desk"], name, by=BY)
    return _back("ended")


def _back(said: str) -> Response[str]:
    return go_to(f"/settings?said={said}")
