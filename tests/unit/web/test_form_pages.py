"""A patient fills in a form on their phone: what they see, what is kept, and who is called."""

from typing import Any

import pytest

from infra.local.quick_world import QuickWorld
from tests.unit.usecases.alarmed import DANGER, a_world, open_alerts
from tests.unit.usecases.worlds import rows
from tests.unit.web.patient_browser import Browser, a_browser, linked, payload

MEASURES = "form:phq-9,side-effects"


def inside(world: QuickWorld, **more: Any) -> Browser:
    """Return a browser that has passed the gate."""
    return a_browser(world, **more).enters()


class Counted:
    """A table that remembers what it was asked."""

    made: "Counted"

    def __init__(self, table: Any) -> None:
        self.calls: list[str] = []
        self._table = table
        Counted.made = self

    def __getattr__(self, name: str) -> Any:
        self.calls.append(name)
        return getattr(self._table, name)


def reasons(world: QuickWorld) -> list[tuple[str, str]]:
    return sorted((alert.tier.value, alert.reason) for alert in open_alerts(world))


def test_a_patient_answers_one_question_a_page_and_sends_the_form() -> None:
    world = linked(a_world())
    browser = inside(world)
    assert browser.heading == "Little interest or pleasure in doing things"
    assert "Over the last 2 weeks" in browser.page
    assert "Question 1 of 10" in browser.page
    browser.fills_in({"phq9_1": 3, "phq9_2": 2})
    assert "You answered all 10 questions." in browser.page
    browser.sends()
    assert (browser.status, browser.heading) == (200, "Thank you")
    (measure,) = rows(world, "MEASURE#").values()
    assert (measure["code"], measure["total"], measure["complete"]) == ("phq-9", 5, True)
    assert reasons(world) == []


def test_no_score_is_shown_to_the_patient() -> None:
    browser = inside(linked(a_world())).fills_in({}, otherwise=3).sends()
    for told in ("27", "severe", "PHQ", "score"):
        assert told not in browser.page


def test_what_was_answered_is_there_again_on_another_phone_after_the_gate() -> None:
    world = linked(a_world())
    first = inside(world)
    first.answers(2).answers(1)
    second = a_browser(world).get()
    assert second.heading == "Please tell us your birth date"
    second.enters()
    assert second.item == "phq9_3"
    assert second.get("q=1").checked == ["2"]
    assert first.get().heading == "Please tell us your birth date"


def test_back_keeps_the_answer_on_the_page_and_goes_back() -> None:
    browser = inside(linked(a_world()))
    browser.answers(1).answers(3, do="back")
    assert (browser.item, browser.checked) == ("phq9_1", ["1"])
    assert browser.get("q=2").checked == ["3"]


def test_a_question_may_be_left_out_but_not_by_oversight() -> None:
    world = linked(a_world())
    browser = inside(world).answers()
    assert (browser.status, browser.item) == (400, "phq9_1")
    assert "Please choose an answer" in browser.page
    assert browser.answers(do="skip").item == "phq9_2"
    browser.fills_in({})
    assert "You answered 9 of 10 questions." in browser.page
    assert "1. Little interest" in browser.page
    browser.sends()
    (measure,) = rows(world, "MEASURE#").values()
    assert measure["complete"] is False


def test_the_language_can_be_changed_on_every_page_and_every_answer_stays() -> None:
    world = linked(a_world())
    browser = a_browser(world).get("lang=es")
    assert 'lang="es"' in browser.page
    browser.enters()
    assert browser.heading == "Little interest or pleasure in doing things"
    browser.answers(2, do="es")
    assert (browser.heading, browser.checked) == ("Poco interés o placer en hacer cosas", ["2"])
    browser.fills_in({}).post(do="en")
    assert browser.heading == "You are at the end"
    assert rows(world, "DRAFT")[""]["answers"]["phq9_1"] == 0


def test_a_language_chosen_at_the_gate_goes_before_the_one_on_file() -> None:
    browser = a_browser(linked(a_world()))
    browser.post("lang=es", do="enter", month="1", day="31", year="1990")
    assert browser.heading == "Poco interés o placer en hacer cosas"


def test_the_crisis_line_stands_above_every_question_and_on_the_gate() -> None:
    browser = a_browser(linked(a_world())).get()
    for _ in range(2):
        crisis, form = browser.page.index("tel:988"), browser.page.index("<form")
        assert crisis < form
        assert "tel:911" in browser.page and "sms:988" in browser.page
        browser.enters()


# ---- once and only once


def test_the_button_pressed_twice_takes_the_form_once() -> None:
    world = linked(a_world())
    browser = inside(world).fills_in({"phq9_9": 1})
    browser.sends()
    before = rows(world, "")
    browser.sends()
    assert browser.heading == "You do not have to go through this alone"
    assert rows(world, "") == before


def test_after_the_form_is_sent_only_the_same_browser_is_thanked() -> None:
    world = linked(a_world())
    browser = inside(world).fills_in({}).sends()
    assert browser.get().heading == "Thank you"
    assert a_browser(world).get().heading == "This page is closed"
    assert a_browser(world).enters().heading == "This page is closed"
    assert browser.get("q=1").heading == "Thank you"
    assert browser.post(do="next", item="phq9_1", answer="3").heading == "Thank you"


def test_two_tabs_both_count() -> None:
    world = linked(a_world())
    first = inside(world)
    second = a_browser(world, cookie=first.cookie).get("q=2")
    first.answers(1)
    second.answers(2)
    assert rows(world, "DRAFT")[""]["answers"] == {"phq9_1": 1, "phq9_2": 2}


def test_a_page_asked_for_by_its_number_is_shown_and_nonsense_shows_the_next_open_one() -> None:
    browser = inside(linked(a_world())).answers(1)
    assert browser.get("q=9").item == "phq9_9"
    for query in ("q=0", "q=99", "q=-1", "q=x", "q=١", "q=9999999999", "q[]=1&q", f"q={'1' * 600}"):
        assert browser.get(query).item == "phq9_2", query


def test_markup_in_the_patients_words_is_shown_as_text() -> None:
    world = linked(a_world(), MEASURES)
    raw: list[str] = []
    browser = inside(world).get("q=12").answers("<script>alert(1)</script>")
    ask = browser.ask
    browser.ask = lambda event: (raw.append(found["body"]) or found) if (found := ask(event)) else found
    browser.get("q=12")
    assert "<script>" not in raw[0]
    assert "&lt;script&gt;" in raw[0]


@pytest.mark.parametrize(
    ("item", "answer"),
    [
        ("phq9_1", "4"),
        ("phq9_1", "-1"),
        ("phq9_1", "1.5"),
        ("phq9_1", "often"),
        ("phq9_1", "١"),
        ("phq9_1", "9" * 5000),
        ("phq9_10", "1"),
        ("gad7_1", "1"),
        ("' OR 1=1", "1"),
        ("\x00", "1"),
        ("", "1"),
    ],
)
def test_an_answer_out_of_range_or_to_no_question_is_not_kept(item: str, answer: str) -> None:
    world = linked(a_world())
    browser = inside(world).post(do="next", item=item, answer=answer)
    assert browser.status in (200, 400)
    assert rows(world, "DRAFT")[""].get("answers", {}) == {}


def test_words_under_a_name_that_is_no_question_are_screened_and_kept_nowhere() -> None:
    world = linked(a_world())
    browser = inside(world)
    for name in (DANGER, f"\ud800{DANGER}", "no_question"):
        event = payload(
            *("POST", browser.path, "", f"do=next&item={name}&answer={DANGER}"),
            cookie=browser.cookie,
            content_type="application/x-www-form-urlencoded",
        )
        assert browser.ask(event)["statusCode"] == 303
    assert [tier for tier, _ in reasons(world)] == ["red"]
    assert not {"answers", "told"} & rows(world, "DRAFT")[""].keys()


def test_letters_that_contradict_each_other_are_not_kept() -> None:
    world = linked(a_world(), "form:side-effects")
    browser = inside(world).post(do="next", item="side_effects", letter_A="on", letter_N="on")
    assert (browser.status, browser.item) == (400, "side_effects")
    browser.post(do="next", item="side_effects", letter_C="on", letter_A="on")
    assert rows(world, "DRAFT")[""]["answers"] == {"side_effects": "AC"}


def test_a_page_of_the_form_costs_at_most_five_calls_and_no_scan() -> None:
    world = linked(a_world(table=Counted))
    table = Counted.made
    browser = inside(world).answers(0)
    # A browser follows what it is told after a button: each call to ask is one page.
    ask, costs = browser.ask, list[list[str]]()

    def counted(event: dict[str, Any]) -> Any:
        table.calls.clear()
        found = ask(event)
        costs.append([*table.calls])
        return found

    browser.ask = counted
    browser.get().answers(0).answers(0, do="back").answers(do="skip")
    browser.get().enters()
    assert max(len(calls) for calls in costs) <= 5
    assert not {"scan"} & {call for calls in costs for call in calls}


def test_the_spanish_text_to_the_crisis_line_holds_the_word_that_it_asks_for() -> None:
    browser = a_browser(linked(a_world()))
    assert 'href="sms:988?body=AYUDA"' in browser.get("lang=es").page
    browser.post("lang=es", do="enter", month="1", day="31", year="1990")
    browser.fills_in({"phq9_9": 1}).sends()
    assert browser.heading == "No tiene que pasar por esto a solas"
    assert 'href="sms:988?body=AYUDA"' in browser.page
