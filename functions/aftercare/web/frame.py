"""The frame around every page of the desk: where one can go, who is signed in, what time it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aws_lambda_powertools.event_handler import Response

from aftercare.domain.clinic import Clinic
from aftercare.domain.sign_in import SignIn
from aftercare.domain.staff import Person, Right, Role
from aftercare.usecases.see_settings import clinic_of
from aftercare.web.page import page

_SCREENS = (
    ("now", "Now", Right.SEE_WORKLIST),
    ("patients", "Patients", Right.SEE_PATIENTS),
    ("outcomes", "Outcomes", Right.SEE_OUTCOMES),
    ("protocols", "Protocols", Right.SEE_PROTOCOLS),
    ("settings", "Settings", Right.SEE_SETTINGS),
    ("audit", "Audit", Right.SEE_AUDIT),
)
ROLES = {
    Role.FRONT_DESK: "front desk",
    Role.NURSE: "nurse",
    Role.CLINICIAN: "clinician",
    Role.OWNER: "owner",
    Role.SERVICE: "service",
}


@dataclass(frozen=True, slots=True)
class Screen:
    """One entry of the navigation. ``icon`` is a name of macros/icons.html."""

    path: str
    title: str
    icon: str
    here: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """Attributes:
    now_iso: The instant the page was made; the page's timers count on from it.
    form_secret: Stands hidden in every form.
    """

    clinic_name: str
    person_name: str
    roles: str
    items: tuple[Screen, ...]
    form_secret: str
    now_iso: str


def frame_of(person: Person, clinic: Clinic, form_secret: str, here: str, now: datetime) -> Frame:
    """Return the frame; screens that the person may not see are not offered.

    Args:
        person: Who is signed in.
        clinic: Theirs.
        form_secret: Of their sign-in.
        here: The screen they look at: ``now``, ``patients``, ``outcomes``, ``protocols``, ``settings`` or
            ``audit``; empty for none.
        now: Aware instant.
    """
    offered = tuple(
        Screen(f"/{name}", title, name, name == here) for name, title, right in _SCREENS if person.may(right)
    )
    roles = ", ".join(ROLES[role] for role in Role if role in person.roles)
    return Frame(clinic.name, person.name, roles, offered, form_secret, now.isoformat())


def desk_page(
    context: Mapping[str, Any],
    template: str,
    *,
    here: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **shown: Any,
) -> Response[str]:
    """Answer with a page inside the frame; its template extends ``desk.html``.

    Args:
        context: The router's: ``desk``, ``person`` and ``sign_in`` are read.
        template: File name.
        here: Which screen it belongs to.
        status: Of HTTP.
        headers: More of them.
        shown: What the template shows.

    Raises:
        NotFound: The clinic has not been set up.
    """
    person: Person = context["person"]
    sign_in: SignIn = context["sign_in"]
    desk = context["desk"]
    frame = frame_of(person, clinic_of(person, desk), sign_in.form_secret, here, desk.ports.clock.now())
    return page(template, status=status, headers=headers, frame=frame, **shown)
