"""Answer one page of a form, and send the whole of it. Every answer is kept as it is given.

What one answer says that must not wait is raised before the answer is kept: a page that is closed after
it loses nothing. Raised again with the whole form, it is the same alert.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from enum import StrEnum

from aftercare.desk_ports import Forms
from aftercare.domain.answers import Answer, read_answers
from aftercare.domain.compose import secret_hash
from aftercare.domain.draft import Draft, codes_of
from aftercare.domain.errors import BadInput, Conflict, TryAgain
from aftercare.domain.records import Link
from aftercare.usecases.open_form import ATTEMPTS, Door, Inside, Visit, look
from aftercare.usecases.take_answers import is_urgent, raise_at_once, take_answers, was_taken


class Kept(StrEnum):
    """What came of an answer: ``UNREADABLE`` is none of the choices of its question."""

    KEPT = "kept"
    UNREADABLE = "unreadable"
    NOT_ASKED = "not_asked"


def answer_page(
    secret: str, cookie: str, item_id: str, answer: object | None, forms: Forms
) -> tuple[Visit, Kept]:
    """Take the answer to one question.

    Args:
        secret: From the address.
        cookie: From the browser that passed the gate; another one's is refused.
        item_id: The question.
        answer: Unchecked: a whole number, letters, or words. ``None`` passes the question over.
        forms: The outside.

    Returns:
        What the browser may see now, and what came of the answer. After 20 minutes of silence an answer
        is still taken, and then the birth date is asked for again: it is not lost, and nothing is shown.

    Raises:
        TryAgain: The store is busy: the answer may not be kept, and may be sent again.
    """
    known = _known(secret, cookie, forms)
    if known is None:
        return Visit(Door.CLOSED), Kept.NOT_ASKED
    link, draft = known
    # Before anything else, and on a form that was sent or a link that was closed: it may be a cry for help.
    told = _raised(link, draft, item_id, answer, forms)
    if draft.sent_at is not None:
        draft = _after_sending(link, draft, item_id, answer, forms) if told else draft
        return look(link, draft, cookie, forms), Kept.NOT_ASKED

    def keep(inside: Inside) -> tuple[Draft, Kept]:
        if item_id not in {one.item.id for one in inside.asked}:
            return inside.draft, Kept.NOT_ASKED
        draft = inside.draft.having_told(item_id, answer) if told else inside.draft
        if answer is None:
            return draft.without_answer(item_id), Kept.KEPT
        scales = [one.scale for one in inside.asked]
        try:
            read = read_answers({item_id: answer}, scales)
        except BadInput:
            return draft, Kept.UNREADABLE
        return (draft.with_answer(item_id, read[item_id]) if item_id in read else draft), Kept.KEPT

    return _changed(secret, cookie, keep, forms)


def _raised(link: Link, draft: Draft, item_id: str, answer: object | None, forms: Forms) -> bool:
    if answer is None or draft.has_told(item_id, answer):
        return False
    return raise_at_once(link, item_id, answer, forms.ports)


def _after_sending(link: Link, draft: Draft, item_id: str, answer: object, forms: Forms) -> Draft:
    """Show the crisis panel from now on, and call nobody twice for it. The form stays as it was sent."""
    urgent = draft.urgent or is_urgent({item_id: answer}, codes_of(link))
    after = replace(draft.having_told(item_id, answer), urgent=urgent)
    with suppress(Conflict):
        return forms.drafts.save(after, link, write_id=forms.ports.ids.token())
    return after


def choose_language(secret: str, cookie: str, language: str, forms: Forms) -> Visit:
    """Let the patient read on in another language; every answer stays."""

    def keep(inside: Inside) -> tuple[Draft, Kept]:
        return replace(inside.draft, language=language), Kept.KEPT

    return _changed(secret, cookie, keep, forms)[0]


def send_answers(secret: str, cookie: str, forms: Forms) -> Visit:
    """Send the whole form. Pressed twice, or after a crash half-way, it is taken once.

    Returns:
        ``DONE`` when it is taken, now or before; what the browser may see instead when it is not.

    Raises:
        TryAgain: The store is busy; every answer is kept, and the button may be pressed again.
    """
    known = _known(secret, cookie, forms)
    visit = look(*known, cookie, forms) if known is not None else Visit(Door.CLOSED)
    if visit.door is not Door.QUESTIONS or visit.inside is None:
        return visit
    link, answers = visit.inside.link, visit.inside.draft.answers
    if not was_taken(link, forms.ports):
        _take(link, visit.inside.draft, forms)
    urgent, now = is_urgent(answers, codes_of(link)), forms.ports.clock.now()

    def keep(inside: Inside) -> tuple[Draft, Kept]:
        return replace(inside.draft, sent_at=now, urgent=urgent), Kept.KEPT

    return _changed(secret, cookie, keep, forms)[0]


def _take(link: Link, draft: Draft, forms: Forms) -> None:
    answers: Mapping[str, Answer] = draft.answers
    told = {id_ for id_, answer in answers.items() if draft.has_told(id_, answer)}
    take_answers(link, answers, forms.ports, told)


def _known(secret: str, cookie: str, forms: Forms) -> tuple[Link, Draft] | None:
    """Read a draft for the browser that passed its gate, and for no other."""
    found = forms.drafts.find(secret_hash(secret))
    return found if found is not None and cookie and found[1].knows(cookie) else None


def _changed(
    secret: str, cookie: str, change: Callable[[Inside], tuple[Draft, Kept]], forms: Forms
) -> tuple[Visit, Kept]:
    """Change the draft as it is now; two tabs that write at once both count."""
    for _ in range(ATTEMPTS):
        known = _known(secret, cookie, forms)
        visit = look(*known, cookie, forms) if known is not None else Visit(Door.CLOSED)
        if visit.inside is None or visit.door in (Door.CLOSED, Door.DONE):
            return visit, Kept.NOT_ASKED
        inside, now = visit.inside, forms.ports.clock.now()
        draft, kept = change(inside)
        if visit.door is Door.QUESTIONS:
            draft = replace(draft, seen_at=now)
        try:
            saved = forms.drafts.save(draft, inside.link, write_id=forms.ports.ids.token())
        except Conflict:
            continue
        door = Door.DONE if saved.sent_at is not None and visit.door is Door.QUESTIONS else visit.door
        return Visit(door, replace(inside, draft=saved)), kept
    raise TryAgain("answer_form_page: too many writers of one form")
