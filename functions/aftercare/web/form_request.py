"""What a patient's browser sent, read as an answer. Nothing here trusts a field to be what it should."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from urllib.parse import parse_qs

from aftercare.content.load_measures import load_measures
from aftercare.domain.patient import LANGUAGES
from aftercare.domain.scale import Item, LettersItem, WordsItem
from aftercare.web.request import Request

COOKIE = "__Host-form"
# The secret of a link: 22 URL-safe characters. What looks otherwise leads nowhere.
_TOKEN = re.compile(r"/(?P<page>[fu])/(?P<token>[A-Za-z0-9_-]{16,64})")
_NUMBER = re.compile(r"[0-9]{1,4}")
_YEAR = re.compile(r"(19|20)[0-9]{2}")
_QUERY_MAX, _ITEM_MAX = 500, 64


def page_and_token(path: str) -> tuple[str, str]:
    """Return which page is asked for, ``f`` or ``u``, and the secret; empty for any other address."""
    found = _TOKEN.fullmatch(path)
    return (found["page"], found["token"]) if found else ("", "")


def asked(request: Request, name: str) -> str:
    """Return one value behind the question mark; empty when there is none that can be read."""
    if len(request.query) > _QUERY_MAX:
        return ""
    return parse_qs(request.query).get(name, [""])[-1]


def language_of(request: Request) -> str:
    """Return the language to speak in before we may know whose page it is."""
    chosen = chosen_language(request)
    if chosen is not None:
        return chosen
    wanted = (part.partition(";")[0].strip().lower()[:2] for part in request.speaks[:200].split(","))
    return next((code for code in wanted if code in LANGUAGES), LANGUAGES[0])


def chosen_language(request: Request) -> str | None:
    """Return the language that was chosen by a press of the switch, if one was."""
    chosen = asked(request, "lang")
    return chosen if chosen in LANGUAGES else None


def birth_date(form: Mapping[str, str]) -> date | None:
    """Return the day that the three fields name; ``None`` when there is no such day."""
    year, month, day = (form.get(name, "").strip() for name in ("year", "month", "day"))
    if not (_YEAR.fullmatch(year) and _NUMBER.fullmatch(month) and _NUMBER.fullmatch(day)):
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def item_id_in(form: Mapping[str, str]) -> str:
    """Return the name of the question as sent, short and plain; it may be no question's at all."""
    return _plain(form.get("item", ""))[:_ITEM_MAX]


def item_of(form: Mapping[str, str]) -> Item | None:
    """Return the question that was answered, of all there are; ``None`` for an unknown one."""
    wanted = form.get("item", "")
    return next((i for scale in load_measures().values() for i in scale.items if i.id == wanted), None)


def answer_in(form: Mapping[str, str], item: Item | None) -> object | None:
    """Return what was answered: a number, letters, or words; ``None`` when nothing was."""
    match item:
        case LettersItem():
            names = [one.letter for one in (*item.letters, item.none)]
            return "".join(name for name in names if f"letter_{name}" in form) or None
        case WordsItem():
            return _plain(form.get("answer", "")) or None
    text = _plain(form.get("answer", ""))
    return (int(text) if _NUMBER.fullmatch(text) else text) if text else None


def _plain(text: str) -> str:
    """Return text without control characters, its lines ended as we keep them."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in lines if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(kept).strip()
