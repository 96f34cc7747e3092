"""The patient's pages: a form behind its link and its gate, and the way out of mails.

A GET changes nothing: scanners follow every link in a mail. All that changes is a POST.
"""

from aws_lambda_powertools.event_handler import Response

from aftercare.desk_ports import Forms
from aftercare.domain.patient import LANGUAGES
from aftercare.domain.scale import LettersItem, WordsItem
from aftercare.usecases.answer_form_page import Kept, answer_page, choose_language, send_answers
from aftercare.usecases.open_form import Door, Visit, open_form, pass_gate
from aftercare.usecases.unsubscribe import can_unsubscribe, unsubscribe
from aftercare.web import form_views as views
from aftercare.web.form_request import (
    COOKIE,
    answer_in,
    asked,
    birth_date,
    chosen_language,
    item_id_in,
    item_of,
    language_of,
    page_and_token,
)
from aftercare.web.page import go_to
from aftercare.web.request import Request

METHODS = ("GET", "HEAD", "POST")


def answer(request: Request, forms: Forms) -> Response[str]:
    """Answer one request of a patient's browser, or of their mail program.

    Raises:
        TryAgain: The store is busy.
    """
    page, token = page_and_token(request.path)
    if not token or request.method not in METHODS:
        status = views.CLOSED_STATUS if request.method in METHODS else 405
        return views.closed(language_of(request), status)
    if page == "u":
        return _way_out(request, token, forms)
    if request.method == "POST":
        return _posted(request, token, forms)
    cookie = request.cookies.get(COOKIE, "")
    return _shown(request, open_form(token, cookie, forms))


def _shown(request: Request, visit: Visit) -> Response[str]:
    """Return the page for what a browser may see."""
    path, inside = request.path, visit.inside
    if visit.door is Door.GATE and inside is not None:
        again = inside.draft.knows(request.cookies.get(COOKIE, ""))
        return views.gate(path, language_of(request), chosen=chosen_language(request), again=again)
    if visit.door is Door.QUESTIONS and inside is not None:
        return views.form_page(path, inside, asked(request, "q"))
    if visit.door is Door.DONE and inside is not None:
        return views.done(inside)
    return views.closed(language_of(request))


def _posted(request: Request, token: str, forms: Forms) -> Response[str]:
    do = request.form.get("do", "")
    if do == "enter":
        return _at_the_gate(request, token, forms)
    cookie = request.cookies.get(COOKIE, "")
    if do == "send":
        return _shown(request, send_answers(token, cookie, forms))
    if do in ("next", "back", "skip", *LANGUAGES):
        return _answered(request, token, do, forms)
    return go_to(request.path)


def _at_the_gate(request: Request, token: str, forms: Forms) -> Response[str]:
    language, chosen = language_of(request), chosen_language(request)
    day = birth_date(request.form)
    if day is None:
        visit = open_form(token, "", forms)
        if visit.door is not Door.GATE:
            return views.closed(language)
        return views.gate(request.path, language, chosen=chosen, problem="gate_no_day", given=request.form)
    entered = pass_gate(token, day, chosen, forms)
    match entered.door:
        case Door.QUESTIONS:
            return go_to(request.path, cookies=[views.cookie(entered.cookie)])
        case Door.GATE:
            return views.gate(request.path, language, chosen=chosen, problem="gate_wrong", left=entered.left)
    return views.closed(language)


def _answered(request: Request, token: str, do: str, forms: Forms) -> Response[str]:
    """Keep the answer, if there is one, and go where the button says."""
    item = item_of(request.form)
    item_id, found = item_id_in(request.form), answer_in(request.form, item)
    cookie = request.cookies.get(COOKIE, "")
    skips = do == "skip" or (do == "next" and found is None and isinstance(item, WordsItem))
    if item_id and (skips or found is not None):
        visit, kept = answer_page(token, cookie, item_id, None if skips else found, forms)
    else:
        missing = Kept.UNREADABLE if do == "next" and item is not None else Kept.NOT_ASKED
        visit, kept = open_form(token, cookie, forms), missing
    if do in LANGUAGES and visit.door is Door.QUESTIONS:
        visit = choose_language(token, cookie, do, forms)
    inside = visit.inside
    if visit.door is not Door.QUESTIONS or inside is None:
        return _shown(request, visit)
    places = [n for n, one in enumerate(inside.asked) if one.item.id == item_id]
    if not places:
        # The switch on the page with the button that sends: stay there.
        last = len(inside.asked) + 1 if do in LANGUAGES else None
        return go_to(f"{request.path}?q={last}" if last else request.path)
    if kept is Kept.UNREADABLE and do != "back":
        return _refused(request, visit, places[0])
    step = {"next": 1, "skip": 1, "back": -1}.get(do, 0)
    return go_to(f"{request.path}?q={max(places[0] + step, 0) + 1}")


def _refused(request: Request, visit: Visit, place: int) -> Response[str]:
    assert visit.inside is not None
    item = visit.inside.asked[place].item
    problem, typed = "choose_one", None
    if isinstance(item, LettersItem):
        problem = "choose_some"
    if isinstance(item, WordsItem):
        problem, typed = "too_long", request.form.get("answer", "")
    return views.question(request.path, visit.inside, place, problem=problem, typed=typed)


def _way_out(request: Request, token: str, forms: Forms) -> Response[str]:
    """Stop mails. A mail program posts by itself, without a cookie: the secret is the proof (RFC 8058)."""
    language, everything = language_of(request), request.form.get("do") == "all"
    if request.method != "POST":
        known = can_unsubscribe(token, forms.ports)
        return views.bye(request.path, language) if known else views.bye_closed(language)
    if not unsubscribe(token, everything=everything, ports=forms.ports):
        return views.bye_closed(language)
    return views.bye_done(request.path, language, everything=everything)
