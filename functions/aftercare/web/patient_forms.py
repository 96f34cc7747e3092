"""What a person does on a patient's page: write, pause, mend an address, keep consents.

Each form ends in a redirect, so that a reload repeats nothing. One that could not be used comes back on
the same page with what was typed and what is wrong with it.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import date

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from aftercare.desk_ports import Desk
from aftercare.domain.errors import BadInput, MayNotWrite, NotAllowed, NotFound
from aftercare.domain.ids import PatientId, TouchId
from aftercare.domain.staff import Person
from aftercare.usecases.keep_patient import change_patient, give_consent, withdraw_consent
from aftercare.usecases.pause_patient import pause_patient
from aftercare.usecases.send_form_link import send_form_link
from aftercare.usecases.write_message import write_message
from aftercare.web.page import go_to
from aftercare.web.patient_pages import BY, show_patient
from aftercare.web.query import instant
from aftercare.web.request import Request
from aftercare.web.views.now_view import Typed

router = Router()


@router.post("/patients/<patient_id>/messages")
def write(patient_id: str) -> Response[str]:
    def act(person: Person, desk: Desk, asked: Request) -> str:
        form = asked.form
        if not form.get("text", "").strip():
            raise BadInput("text", None, "something to say")
        read_at = instant(form["read_at"], "read_at") if form.get("read_at") else None
        written = write_message(
            person,
            desk,
            PatientId(patient_id),
            form["text"],
            by=BY,
            once=form.get("once", ""),
            read_at=read_at,
        )
        return written.went.value

    return _done_or_again(patient_id, "message", "text", act)


@router.post("/patients/<patient_id>/form-link")
def new_link(patient_id: str) -> Response[str]:
    def act(person: Person, desk: Desk, asked: Request) -> str:
        touch, once = TouchId(asked.form.get("touch", "")), asked.form.get("once", "")
        found = send_form_link(person, desk, PatientId(patient_id), touch, by=BY, once=once)
        return "link" if found.at_once else "link_later"

    return _done_or_again(patient_id, "form_link", "form-link", act)


@router.post("/patients/<patient_id>/pause")
def pause(patient_id: str) -> Response[str]:
    def act(person: Person, desk: Desk, asked: Request) -> str:
        text = asked.form.get("until", "").strip()
        until = _day(text) if text else None
        pause_patient(person, desk, PatientId(patient_id), until, by=BY)
        return "paused" if until is not None else "unpaused"

    return _done_or_again(patient_id, "pause", "until", act)


@router.post("/patients/<patient_id>/contact")
def contact(patient_id: str) -> Response[str]:
    def act(person: Person, desk: Desk, asked: Request) -> str:
        form = asked.form
        changes = {"phone": _phone(form.get("phone", "")), "email": form.get("email", "").strip() or None}
        change_patient(person, desk, PatientId(patient_id), changes, once=_once(form), by=BY)
        return "changed"

    return _done_or_again(patient_id, "contact", "phone", act)


@router.post("/patients/<patient_id>/consents")
def agree(patient_id: str) -> Response[str]:
    def act(person: Person, desk: Desk, asked: Request) -> str:
        form = asked.form
        fields = ("channel", "purpose", "method", "wording", "wording_version")
        consent = {
            **{name: form.get(name, "") for name in fields},
            "given_at": desk.ports.clock.now().isoformat(),
            "recorded_by": person.name,
        }
        give_consent(person, desk, PatientId(patient_id), consent, once=_once(form), by=BY)
        return "consent"

    return _done_or_again(patient_id, "consent", "wording", act)


@router.post("/patients/<patient_id>/consents/withdraw")
def take_back(patient_id: str) -> Response[str]:
    def act(person: Person, desk: Desk, asked: Request) -> str:
        form = asked.form
        withdrawal = {
            "channel": form.get("channel", ""),
            "purpose": form.get("purpose", ""),
            "withdrawn_at": desk.ports.clock.now().isoformat(),
            "recorded_by": person.name,
            **({"reason": form["reason"].strip()} if form.get("reason", "").strip() else {}),
        }
        withdraw_consent(person, desk, PatientId(patient_id), withdrawal, once=_once(form), by=BY)
        return "withdrawn"

    return _done_or_again(patient_id, "withdraw", "reason", act)


def _once(form: Mapping[str, str]) -> str:
    """Name what this form states: sent twice it is one fact, and another one under its key is another.

    Raises:
        BadInput: It has no key.
    """
    if not form.get("once", "").strip():
        raise BadInput("once", None, "a form of this page, sent once")
    said = sorted((name, value) for name, value in form.items() if name != "form_secret")
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


_FIELDS = frozenset({"text", "until", "phone", "email", "wording", "wording_version", "reason"})


def _done_or_again(
    patient_id: str, form: str, first: str, act: Callable[[Person, Desk, Request], str]
) -> Response[str]:
    """Do it and go back to the patient, or show the form again; a refusal of the person passes through."""
    context = router.context
    asked: Request = context["request"]
    try:
        done = act(context["person"], context["desk"], asked)
    except (NotFound, NotAllowed):
        raise
    except BadInput as bad:
        typed = Typed(asked.form, (fault_of(bad, first),))
        return show_patient(context, patient_id, forms={form: typed}, status=422)
    return go_to(f"/patients/{patient_id}?done={done}")


def fault_of(bad: BadInput, first: str) -> tuple[str, str]:
    """Say at which field of a form the fault is, and what would be accepted."""
    if isinstance(bad, MayNotWrite):
        return first, bad.why
    name = bad.field.rpartition(".")[2]
    said = bad.allowed[:1].upper() + bad.allowed[1:]
    return (name if name in _FIELDS else first), f"Expected: {said}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput("until", None, "a day, as 2026-12-24") from None


def _phone(text: str) -> str | None:
    """Read a number as people write it; ten digits are one of the United States."""
    kept = re.sub(r"[\s().\-\u2010-\u2015]", "", text)
    if not kept:
        return None
    if re.fullmatch(r"[2-9]\d{9}", kept, re.ASCII):
        return f"+1{kept}"
    return kept if kept.startswith("+") else f"+{kept}"
