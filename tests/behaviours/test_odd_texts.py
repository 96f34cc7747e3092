"""Texts that no form foresaw: whatever arrives, a person sees it, and the next patient is served."""

import pytest

from tests.behaviours.riverside import CLINIC_NUMBER, MINUTE, NEW_YORK
from tests.behaviours.visits import Riverside

LONG = "la vida es larga y hoy llueve " * 334
ODD = {
    "ten thousand characters": LONG[:10_000],
    "one word of ten thousand letters": "a" * 10_000,
    "null bytes": "hello \x00\x00 there",
    "only null bytes": "\x00\x00",
    "right to left": "\u202eשלום, מה שלומך היום\u202c",
    "Arabic": "مرحبا كيف حالك اليوم",
    "only zero width": "\u200b\u200d\ufeff",
    "four-byte emoji": "\U0001f9e0\U0001fae0\U0001f636\u200d\U0001f32b\ufe0f",
    "a picture without words": "",
    "blanks and new lines": " \n\t\r\n ",
    "markup": "<script>alert(1)</script> {clinic} %s ${x}",
    "control characters": "\x07\x1b[31mred\x1b[0m",
    "combining marks": "h" + "\u0301" * 400,
    "an object replacement": "\ufffc",
}
HIDDEN_CRISIS = {
    "zero width inside": "I want to ki\u200bll my\u200dself",
    "a null byte inside": "I want to kill\x00 myself",
    "full-width letters": "Ｉ ｗａｎｔ ｔｏ ｋｉｌｌ ｍｙｓｅｌｆ",
    "right to left around": "\u202bI want to kill myself\u202c",
    "emoji between": "I want to \U0001f52a kill \U0001f52a myself",
    "in the middle of ten thousand characters": f"{LONG[:5000]} I want to kill myself {LONG[:4970]}",
    "at the end of ten thousand characters": f"{LONG[:9970]} I want to kill myself",
    "line breaks between": "I want to\nkill\n\nmyself",
    "spaced letters": "I want to k i l l myself",
    "accents": "Í wánt tó kíll mýsélf",
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD)
def test_an_odd_text_is_seen_by_a_person(riverside: Riverside, body: str) -> None:
    """Reference 4.2: unknown language, no words, no meaning: a task or an alert, and the run ends."""
    ada, ben = riverside.patient("Ada"), riverside.patient("Ben")
    told_at = ada.said("Tue 14:00", body)
    ben.goes_home("Tue 14:01")
    riverside.until("Tue 14:10")
    seen = ada.tasks(since=told_at) + ada.alerts()
    assert [row.kind for row in seen] != []
    assert [row["kind"] for row in ben.texts("safety")] == ["safety"], "the next patient is served"
    assert ada.texts("opt_out") == []


@pytest.mark.parametrize("body", HIDDEN_CRISIS.values(), ids=HIDDEN_CRISIS)
def test_a_crisis_is_found_in_an_odd_text(riverside: Riverside, body: str) -> None:
    """Behaviour 1 and reference 4.2: what a person would read, the screen reads."""
    ada = riverside.patient("Ada")
    ada.said("Tue 14:00", body)
    riverside.until("Tue 14:04")
    assert len(ada.alerts("red")) == 1
    assert len(ada.texts("crisis")) == 1


@pytest.mark.parametrize(
    "body",
    ["أريد أن أموت", "我想死", "7 я хочу умереть", "ik voel me vandaag heel slecht en wil niet meer"],
    ids=["Arabic", "Chinese", "Russian beside a number", "Dutch"],
)
def test_words_in_a_language_nobody_here_reads_are_paged_at_once_at_any_hour(
    riverside: Riverside, body: str
) -> None:
    """Reference 4.2, rule 2, and behaviour 4: they may be a cry for help, so a person has them read."""
    ada = riverside.patient("Ada")
    told_at = ada.said("Tue 20:00", body)
    riverside.until("Tue 20:04")
    assert ada.reasons("amber") == {"unknown_language"}
    assert ada.pages()[0].at - told_at <= MINUTE


@pytest.mark.parametrize("body", ["", "\u200b", " \n", "?!"])
def test_what_holds_no_words_waits_for_the_next_opening_hours(riverside: Riverside, body: str) -> None:
    """Reference 4.2, rule 2: amber, which is four hours in hours; pictures are common."""
    ada = riverside.patient("Ada")
    ada.said("Tue 20:00", body)
    riverside.until("Wed 13:00")
    assert ada.reasons("amber") == {"nothing_to_read"}
    assert ada.pages()[0].wall(NEW_YORK) == "2026-11-11 12:30"


@pytest.mark.parametrize("body", ["\u200bSTOP\ufeff", "ＳＴＯＰ", "STOP\n", "stop \U0001f64f"])
def test_stop_is_found_in_an_odd_text(riverside: Riverside, body: str) -> None:
    """Behaviour 23: what a person reads as STOP stops the texts."""
    ada = riverside.patient("Ada")
    told_at = ada.said("Tue 14:00", body)
    ada.goes_home("Tue 16:00")
    riverside.until("Tue 19:00")
    assert [row["kind"] for row in ada.texts(since=told_at)] == ["opt_out"]


def test_an_odd_text_from_a_phone_nobody_has_is_given_to_staff(riverside: Riverside) -> None:
    """A picture without words from a stranger is a task too, and answered by nothing."""
    told_at = riverside.text("Tue 14:00", "+12025550130", "")
    riverside.until("Tue 14:10")
    assert riverside.rows("task", since=told_at) + riverside.alerts() != []
    assert riverside.rows("sms", since=told_at) == []


def test_a_text_to_a_number_that_is_not_ours_harms_nobody(riverside: Riverside) -> None:
    """It may be lost or parked; what counts is that the next text is heard."""
    ada = riverside.patient("Ada")
    other = {"from": ada.phone, "to": "+12025550198", "body": "7", "id": "sms-other"}
    riverside.happens(ada.at("Tue 13:00"), "sms", other)
    what = {"from": ada.phone, "to": CLINIC_NUMBER, "body": "I want to kill myself", "id": "sms-ours"}
    riverside.happens(ada.at("Tue 14:00"), "sms", what)
    riverside.until("Tue 14:04")
    assert len(ada.alerts("red")) == 1


def test_a_hundred_odd_texts_in_a_row_do_not_hide_a_crisis(riverside: Riverside) -> None:
    """Behaviour 15: the thread is long, and the last text still counts."""
    ada = riverside.patient("Ada")
    for number in range(100):
        ada.said(f"Tue 13:{number // 2:02d}:{number % 2 * 30:02d}", f"\U0001f636 {number} \u200b")
    ada.said("Tue 14:00", "I want to kill myself")
    riverside.until("Tue 14:04")
    assert len(ada.alerts("red")) >= 1
    assert len(ada.texts("crisis")) == 1
