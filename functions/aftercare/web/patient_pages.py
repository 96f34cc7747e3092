"""One patient's page, and why one touch was or was not sent."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from aftercare.domain.ids import PatientId, TouchId
from aftercare.domain.when import spoken
from aftercare.domain.why import Fate
from aftercare.usecases.explain_touch import explain_touch
from aftercare.usecases.see_patient import see_patient
from aftercare.usecases.see_settings import clinic_of
from aftercare.web.frame import desk_page
from aftercare.web.query import query_of, whole
from aftercare.web.views.labels import DISPOSITION
from aftercare.web.views.now_view import Typed
from aftercare.web.views.patient_view import KINDS, patient_page

BY = "dashboard"
_CHANNELS = (("sms", "Texts"), ("email", "Mail"))
_PURPOSES = (("care", "Care: check-ins, forms, visits"), ("education", "Education: short lessons"))
_METHODS = (("paper", "On paper"), ("verbal", "By word of mouth"), ("web", "On a page"), ("sms", "By text"))
CONSENT_CHOICES = (("channel", "By", _CHANNELS), ("purpose", "For", _PURPOSES), ("method", "How", _METHODS))
WITHDRAW_CHOICES = (
    ("channel", "By", (("all", "All ways"), *_CHANNELS)),
    ("purpose", "For", (("all", "Everything"), *_PURPOSES)),
)
# What a page says after a form did its work; the address holds the code only.
DONE = {
    "sent": "Your message is on its way.",
    "sending": "That message is already being sent.",
    "unconfirmed": "The carrier gave no answer. It is not sent again: ask whether it came.",
    "not_sent": "It was not sent: the carrier did not take it. A task says what to do.",
    "paused": "Messages are paused.",
    "unpaused": "The pause has ended.",
    "changed": "Changed. A new number or address needs a new consent.",
    "consent": "The consent is recorded.",
    "withdrawn": "The consent is taken back. Nothing more goes that way.",
    "task": "Done, under your name.",
    "resolved": "Resolved, under your name.",
    "link": "A new link to the form is on its way. The one before it closes when it has gone out.",
    "link_later": "The new link waits for the patient's next decent hour. It stands under What comes next.",
}
_FATES = {
    Fate.SENT: ("Sent", "green", "check"),
    Fate.UNCONFIRMED: ("Unconfirmed", "amber", "alert"),
    Fate.SENDING: ("Being sent", "accent", "send"),
    Fate.NOT_SENT: ("Not sent", "off", "cross"),
    Fate.HELD: ("Held back", "amber", "pause"),
    Fate.TO_COME: ("Still to come", "accent", "clock"),
}

router = Router()


@router.get("/patients/<patient_id>")
def patient(patient_id: str) -> Response[str]:
    return show_patient(router.context, patient_id)


@router.get("/patients/<patient_id>/why")
def why(patient_id: str) -> Response[str]:
    """Account for one touch: the rule that decided it, and its facts."""
    person, desk = router.context["person"], router.context["desk"]
    touch = query_of(router.context["request"]).get("touch", "")
    found = explain_touch(person, desk, TouchId(touch), by=BY, patient_id=PatientId(patient_id))
    words, look, sign = _FATES[found.fate]
    return desk_page(
        router.context,
        "why.html",
        here="patients",
        why=found,
        fate={"words": words, "look": look, "sign": sign},
        at=spoken(found.at, clinic_of(person, desk).zone),
        back=f"/patients/{patient_id}",
    )


def show_patient(
    context: Mapping[str, Any],
    patient_id: str,
    *,
    forms: Mapping[str, Typed] | None = None,
    status: int = 200,
) -> Response[str]:
    """Answer with a patient's page.

    Args:
        context: The router's.
        patient_id: As in the address.
        forms: Those that could not be used, by their name; an alert's or a task's by its id.
        status: 422 with them.

    Raises:
        NotFound: There is no such patient at the clinic.
    """
    person, desk, query = context["person"], context["desk"], query_of(context["request"])
    view = see_patient(person, desk, PatientId(patient_id), by=BY)
    typed = forms or {}
    part = whole(query.get("part", "0"), "part")
    shown = patient_page(view, person, only=query.get("show", ""), part=part, typed=typed)
    rows = {*(one.id for one in shown.alerts), *(one.id for one in shown.tasks)}
    return desk_page(
        context,
        "patient.html",
        here="patients",
        status=status,
        view=shown,
        forms=typed,
        # A row says on its own top what is wrong with its form.
        all_faults=[fault for name, one in typed.items() if name not in rows for fault in one.faults],
        dispositions=DISPOSITION,
        kinds=[(key, title) for key, (title, _) in KINDS.items()],
        once=desk.ports.ids.token(),
        sms_name=view.clinic.sms_name,
        printed=spoken(view.at, view.clinic.zone),
        done=DONE.get(query.get("done", ""), "") if status == 200 else "",
        consent_choices=CONSENT_CHOICES,
        withdraw_choices=WITHDRAW_CHOICES,
    )
