"""One patient's page and its forms, through the real handler and table."""

import re

import pytest

from tests.unit.web.browser import Browser

ADA, DORA = "/patients/pat-ada", "/patients/pat-dora"
CONSENT = {"channel": "sms", "purpose": "care", "method": "paper", "wording_version": "7"}


def once_in(text: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', text)
    assert found is not None
    return found[1]


def test_the_page_shows_who_she_is_what_was_said_and_what_comes_next(browser: Browser) -> None:
    page = browser.get(ADA)
    assert page.status == 200
    for shown in (
        "Born Jan 31, 1990",
        "202-555-0147",
        "I want to die",
        "What comes next",
        "Care by text: agreed",
    ):
        assert shown in page.text
    assert len(page.calls) <= 5 and "Scan" not in page.calls
    assert "saw_patient" in browser.office.trail()


def test_each_link_why_leads_to_an_account(browser: Browser) -> None:
    links = re.findall(r'href="(/patients/pat-ada/why)\?([^"#]+)"', browser.get(ADA).text)
    assert links
    for path, query in dict.fromkeys(links):
        account = browser.get(path, query.replace("&amp;", "&"))
        assert account.status == 200 and "What it rests on" in account.text


@pytest.mark.parametrize("show", ["visits", "messages", "forms", "alerts", "consents", "<script>"])
def test_the_timeline_can_be_filtered_and_no_filter_breaks_it(browser: Browser, show: str) -> None:
    page = browser.get(ADA, f"show={show}")
    assert page.status == 200 and "<script>" not in page.text


def test_a_message_goes_out_once_though_sent_twice(browser: Browser) -> None:
    once = once_in(browser.get(ADA).text)
    first = browser.post(f"{ADA}/messages", text="I will call you at noon.", once=once)
    again = browser.post(f"{ADA}/messages", text="I will call you at noon.", once=once)
    assert first.status == again.status == 303
    assert first.headers["location"].startswith(f"{ADA}?done=")
    sent = browser.get(ADA).text.count("Hudson Clinic: I will call you at noon.")
    assert sent == 2  # in the conversation and in the timeline


@pytest.mark.parametrize(
    ("text", "said"), [("", "Something to say"), ("Your ketamine visit is at 9", "locked screen")]
)
def test_words_that_may_not_go_stay_in_the_box_with_the_reason(
    browser: Browser, text: str, said: str
) -> None:
    page = browser.post(f"{ADA}/messages", text=text, once="k1")
    assert page.status == 422
    assert said in page.text and 'class="faults"' in page.text and text in page.text


def test_messages_are_paused_and_go_again(browser: Browser) -> None:
    assert browser.post(f"{ADA}/pause", until="2026-12-05").headers["location"] == f"{ADA}?done=paused"
    assert "Paused until Sat Dec 5" in browser.get(ADA).text
    assert browser.post(f"{ADA}/pause", until="").headers["location"] == f"{ADA}?done=unpaused"
    assert "Paused until" not in browser.get(ADA).text


@pytest.mark.parametrize("until", ["yesterday", "2026-11-01", "2199-01-01"])
def test_a_pause_needs_a_day_to_come(browser: Browser, until: str) -> None:
    page = browser.post(f"{ADA}/pause", until=until)
    assert page.status == 422 and f'value="{until}"' in page.text


def test_the_front_desk_mends_a_number_and_hears_that_consent_must_follow(browser: Browser) -> None:
    desk = browser.sign_in("front_desk")
    page = desk.post(f"{ADA}/contact", phone="(202) 555-0199", email="ada@example.org", once="k2")
    assert page.headers["location"] == f"{ADA}?done=changed"
    shown = desk.get(ADA).text
    assert 'href="tel:+12025550199"' in shown and "new address, ask again" in shown


def test_a_number_that_is_none_comes_back_beside_the_field(browser: Browser) -> None:
    page = browser.post(f"{ADA}/contact", phone="12", email="", once="k3")
    assert page.status == 422 and 'id="phone-fault"' in page.text


def test_a_consent_is_recorded_with_its_words_and_taken_back(browser: Browser) -> None:
    words = "I agree to short lessons by mail."
    fields = {"channel": "email", "purpose": "education", "method": "verbal", "wording_version": "7"}
    page = browser.post(f"{ADA}/consents", wording=words, once="k4", **fields)
    assert page.headers["location"] == f"{ADA}?done=consent"
    shown = browser.get(ADA).text
    assert words in shown and "Education by mail: agreed" in shown
    gone = browser.post(
        f"{ADA}/consents/withdraw", channel="email", purpose="all", reason="by phone", once="k5"
    )
    assert gone.headers["location"] == f"{ADA}?done=withdrawn"
    assert "Education by mail: withdrawn" in browser.get(ADA).text


def test_a_consent_without_the_words_shown_is_no_proof(browser: Browser) -> None:
    assert browser.post(f"{ADA}/consents", wording="", once="k6", **CONSENT).status == 422


@pytest.mark.parametrize("path", ["", "/why?touch=ses-dora-1.discharge"])
def test_another_clinic_s_patient_is_answered_like_one_who_never_was(browser: Browser, path: str) -> None:
    page, _, query = path.partition("?")
    theirs = browser.get(f"{DORA}{page}", query)
    none = browser.get(f"/patients/pat-nobody{page}", query)
    assert theirs.status == none.status == 404
    assert theirs.text == none.text and "Dora" not in theirs.text


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("messages", {"text": "Hello"}),
        ("pause", {"until": "2026-12-05"}),
        ("contact", {"phone": "+12025550199"}),
        (
            "consents",
            {"channel": "sms", "purpose": "care", "method": "paper", "wording": "x", "wording_version": "1"},
        ),
        ("consents/withdraw", {"channel": "all", "purpose": "all"}),
    ],
)
def test_the_owner_sees_but_does_not_change_and_no_form_reaches_another_clinic(
    browser: Browser, path: str, fields: dict[str, str]
) -> None:
    owner = browser.sign_in("owner")
    assert owner.get(ADA).status == 200
    assert owner.post(f"{ADA}/{path}", once="k", **fields).status == 403
    assert browser.post(f"{DORA}/{path}", once="k", **fields).status == 404


def test_the_front_desk_sees_no_words_scores_or_reasons(browser: Browser) -> None:
    page = browser.sign_in("front_desk").get(ADA).text
    assert "want to die" not in page and "How they do" not in page and "suicide" not in page


def test_the_list_finds_a_name_and_shows_nobody_of_another_clinic(browser: Browser) -> None:
    assert browser.get("/patients", "search=zz").status == 200
    assert "Dora" not in browser.get("/patients", "search=Do").text


@pytest.mark.parametrize(
    "query", ["after=x", "after=%00", "search=%F0%9F%99%8F", "only=%3Cb%3E", "a=1&" * 60]
)
def test_a_mangled_address_is_a_kind_page_never_a_fault(browser: Browser, query: str) -> None:
    page = browser.get("/patients", query)
    assert page.status in (200, 422) and "Traceback" not in page.text


def test_a_withdrawal_is_never_taken_for_another_form_of_the_same_page(browser: Browser) -> None:
    agreed = {"channel": "email", "purpose": "education", "wording": "I agree to lessons by mail."}
    browser.post(f"{ADA}/consents", once="k9", **{**CONSENT, **agreed})
    browser.post(f"{ADA}/consents/withdraw", channel="email", purpose="all", once="k9")
    assert "Education by mail: withdrawn" in browser.get(ADA).text


@pytest.mark.parametrize("form", ["contact", "consents", "consents/withdraw"])
def test_a_form_without_its_key_says_that_it_was_not_taken(browser: Browser, form: str) -> None:
    fields = {**CONSENT, "wording": "I agree.", "phone": "+12025550199"}
    assert browser.post(f"{ADA}/{form}", **fields).status == 422


@pytest.mark.parametrize("name", ["~audit", "~once", "x" * 3000, "pat ada", "\u00e9"])
def test_an_address_that_names_no_patient_reads_nothing(browser: Browser, name: str) -> None:
    page = browser.get(f"/patients/{name}")
    assert page.status == 404
    assert page.calls == ("dynamodb.UpdateItem",)  # who asks
    for form in ("messages", "pause", "contact"):
        fields = {"text": "Hello", "once": "k", "phone": "+12025550199", "until": "2026-12-05"}
        assert browser.post(f"/patients/{name}/{form}", **fields).status == 404
