"""The patients' pages: what each one shows. Pure; the words come from content, in one of two languages."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from aftercare.content.load_pages import PageWords, load_pages
from aftercare.domain.draft import next_open
from aftercare.domain.message import spoken_phone
from aftercare.domain.patient import LANGUAGES
from aftercare.domain.scale import LettersItem, NumberItem, WordsItem
from aftercare.usecases.open_form import Inside
from aftercare.web.form_request import COOKIE
from aftercare.web.page import page

# One status for every reason: gone, whatever it was.
CLOSED_STATUS = 410


class Words:
    """The words of one language, by attribute; a template that asks for an unknown one fails its test."""

    def __init__(self, words: PageWords) -> None:
        self._words = words

    def __getattr__(self, key: str) -> str:
        try:
            return self._words.texts[key]
        except KeyError:
            raise AttributeError(key) from None

    def fill(self, key: str, **values: object) -> str:
        return self._words.texts[key].format(**values)


def shown_in(language: str) -> dict[str, Any]:
    """Return what every page needs: its language, its words, and the other language."""
    pages = load_pages()
    other = next(one for one in LANGUAGES if one != language)
    return {"lang": language, "words": Words(pages[language]), "other": other}


def gate(
    path: str,
    language: str,
    *,
    chosen: str | None,
    problem: str = "",
    left: int = 0,
    again: bool = False,
    given: Mapping[str, str] | None = None,
) -> Response[str]:
    """Ask for the birth date. Nothing on it depends on whose page it is.

    Args:
        path: Of the form.
        language: To speak in.
        chosen: The language if the patient pressed the switch: it then goes before their own.
        problem: A key of the words: what was wrong.
        left: Tries left.
        again: The browser passed before, and was silent for too long.
        given: What was typed, when it is no day.
    """
    words = load_pages()[language]
    return page(
        "form_gate.html",
        status=400 if problem else 200,
        **shown_in(language),
        path=path,
        chosen=chosen or "",
        months=tuple(enumerate(words.months, start=1)),
        problem=words.texts[problem].format(left=left) if problem else "",
        again=again,
        given={name: (given or {}).get(name, "")[:12] for name in ("month", "day", "year")},
    )


def question(
    path: str, inside: Inside, place: int, *, problem: str = "", typed: str | None = None
) -> Response[str]:
    """Show one question, with the answer given before."""
    one, language = inside.asked[place], inside.language
    answer = inside.draft.answers.get(one.item.id)
    kind = {NumberItem: "number", LettersItem: "letters", WordsItem: "words"}[type(one.item)]
    everyday = load_pages()[language]
    return page(
        "form_question.html",
        status=400 if problem else 200,
        **shown_in(language),
        path=path,
        kind=kind,
        item=one.item,
        stem=one.scale.stem.get(language, ""),
        credit=one.scale.credit.get(language, ""),
        answer=typed if typed is not None else answer,
        number=place + 1,
        total=len(inside.asked),
        progress=everyday.texts["question_of"].format(number=place + 1, total=len(inside.asked)),
        problem=everyday.texts[problem] if problem else "",
    )


def review(path: str, inside: Inside) -> Response[str]:
    """Show how much was answered, and the button that sends it."""
    answers, language = inside.draft.answers, inside.language
    # Words of one's own are no gap when there are none.
    due = [(n, one) for n, one in enumerate(inside.asked, start=1) if not isinstance(one.item, WordsItem)]
    blank = [(n, one) for n, one in due if one.item.id not in answers]
    words, total = load_pages()[language], len(due)
    key = "review_some" if blank else "review_all"
    return page(
        "form_review.html",
        **shown_in(language),
        path=path,
        count=words.texts[key].format(count=total - len(blank), total=total),
        blank=[(n, one.item.texts[language]) for n, one in blank],
        last=len(inside.asked),
    )


def place_in(inside: Inside, wanted: str) -> int:
    """Return which page of the form to show: the one asked for, else the first that is open."""
    if wanted.isascii() and wanted.isdecimal() and 1 <= int(wanted[:5]) <= len(inside.asked) + 1:
        return int(wanted[:5]) - 1
    return next_open(inside.asked, inside.draft)


def form_page(path: str, inside: Inside, wanted: str = "") -> Response[str]:
    place = place_in(inside, wanted)
    return question(path, inside, place) if place < len(inside.asked) else review(path, inside)


def done(inside: Inside) -> Response[str]:
    """Thank the patient; if something must not wait, first of all say where help is."""
    template = "form_panel.html" if inside.draft.urgent else "form_thanks.html"
    phone = inside.clinic.phone
    return page(template, **shown_in(inside.language), phone=spoken_phone(phone), call=f"tel:{phone}")


def closed(language: str, status: int = CLOSED_STATUS) -> Response[str]:
    """Say that the page is closed: the same words for every reason, and nothing of whose it is."""
    return page("form_closed.html", status=status, **shown_in(language), kind="closed")


def bye(path: str, language: str) -> Response[str]:
    return page("form_bye.html", **shown_in(language), path=path, done="")


def bye_done(path: str, language: str, *, everything: bool) -> Response[str]:
    return page("form_bye.html", **shown_in(language), path=path, done="all" if everything else "notes")


def bye_closed(language: str) -> Response[str]:
    return page("form_closed.html", status=CLOSED_STATUS, **shown_in(language), kind="bye_closed")


def busy(path: str, language: str, again: Mapping[str, str], status: int = 503) -> Response[str]:
    """Ask to press again; what was pressed stands in the page, so that nothing is typed twice."""
    fields = {name: value for name, value in again.items() if name in ("do", "item", "answer")}
    fields |= {name: value for name, value in again.items() if name.startswith("letter_") and len(name) == 8}
    return page(
        "form_busy.html",
        status=status,
        headers={"Retry-After": "5"},
        **shown_in(language),
        path=path,
        saved=path.startswith("/f/"),
        again=fields if fields.get("do") not in (None, "enter") else {},
    )


def odd(language: str) -> Response[str]:
    return page("form_closed.html", status=400, **shown_in(language), kind="odd")


def cookie(secret: str) -> Cookie:
    """Let this browser in, until it is closed or silent for 20 minutes.

    Lax, not strict: the link is opened out of a mail or a text, and a strict cookie would stay behind.
    A form on a foreign page sends no such cookie, and would have to know the secret in the address.
    """
    return Cookie(COOKIE, secret, path="/", secure=True, http_only=True, same_site=SameSite.LAX_MODE)
