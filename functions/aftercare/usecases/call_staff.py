"""Call the people of one step of an alert's ladder: each once, by one way after the other.

Each call is claimed by a write of its own before it is handed over. What a carrier provably did not take is
offered again; what nobody knows the fate of goes by the next way.
"""

from dataclasses import replace

from aftercare.content.load_words import load_words
from aftercare.domain.alert import Alert, AlertState
from aftercare.domain.clinic import Clinic, OnCall
from aftercare.domain.consent import Channel
from aftercare.domain.hand_over import Accepted, Envelope, HandOver, Unknown
from aftercare.domain.ids import NO_ONE, AlertId, ClinicId, TouchId, is_test_page
from aftercare.domain.ladder import CallStaff
from aftercare.domain.message import render_email, render_sms, values
from aftercare.domain.on_call import people_for
from aftercare.domain.records import Page, Record, Task, TaskKind
from aftercare.domain.tier import Tier
from aftercare.ports import PatientKey, Ports

# A page that arrives after the next step was called only confuses.
PAGE_VALID_SECONDS = 300


def open_about(alert: Alert, kind: TaskKind, about: str, reason: str, ports: Ports) -> None:
    patient_id = None if alert.patient_id == NO_ONE else alert.patient_id
    task = Task(f"{kind.value}.{about}", alert.clinic_id, patient_id, kind, reason, ports.clock.now())
    ports.followups.record([((alert.clinic_id, alert.patient_id), task)])


def call_staff(alert: Alert, work: CallStaff, clinic: Clinic, ports: Ports) -> bool:
    """Call each person of a step once: by text, and by mail where the text cannot be handed over.

    Returns:
        Whether anybody may have been reached; ``False`` when no carrier took a single page.
    """
    now = ports.clock.now()
    urgent = alert.tier is Tier.RED
    people = people_for(work.rung, clinic, now, urgent=urgent, last=work.last)
    before = {(p.place, p.channel): p for p in ports.alerts.pages(alert.clinic_id, alert.id, work.step)}
    outcomes: list[tuple[PatientKey, Record]] = []
    for person in people:
        place = clinic.on_call.index(person)
        outcomes += _call_one(alert, work.step, place, person, before, clinic, ports, again=True)
    ports.followups.record(outcomes)
    if urgent and work.last:
        reason = "A red alert was called through the whole list and nobody took it on. Act now."
        open_about(alert, TaskKind.INCIDENT, f"{alert.id}.{work.step}", reason, ports)
    now_known = {(p.place, p.channel): p for _, p in outcomes if isinstance(p, Page)}
    return any(page.accepted is not False for page in {**before, **now_known}.values())


def call_by_next_way(clinic_id: ClinicId, alert_id: AlertId, step: int, place: int, ports: Ports) -> None:
    """Call a person again, by mail, after their text did not arrive. Nobody is called so twice."""
    alert, clinic = ports.alerts.get(clinic_id, alert_id), ports.clinics.get(clinic_id)
    if alert is None or clinic is None or alert.state is AlertState.RESOLVED:
        return
    if not 0 <= place < len(clinic.on_call):
        return
    known = {(p.place, p.channel): p for p in ports.alerts.pages(clinic_id, alert_id, step)}
    first = known.get((place, Channel.SMS))
    if first is not None:
        known[place, Channel.SMS] = replace(first, accepted=False)
    person = clinic.on_call[place]
    ports.followups.record(_call_one(alert, step, place, person, known, clinic, ports, again=False))


def _call_one(
    alert: Alert,
    step: int,
    place: int,
    person: OnCall,
    before: dict[tuple[int, Channel], Page],
    clinic: Clinic,
    ports: Ports,
    *,
    again: bool,
) -> list[tuple[PatientKey, Record]]:
    """Call one person. ``again``: what no carrier took may be offered once more."""
    outcomes: list[tuple[PatientKey, Record]] = []
    for channel, to in ((Channel.SMS, person.phone), (Channel.EMAIL, person.email)):
        if to is None:
            continue
        known = before.get((place, channel))
        if known is not None and known.accepted:
            break
        page = Page(alert.id, step, place, channel, ports.clock.now())
        if known is not None and (known.accepted is None or not again):
            continue  # whoever claimed it never said how it went: by the next way
        if known is None and not ports.alerts.claim(alert.clinic_id, page, write_id=ports.ids.token()):
            continue
        said = hand_page(page, to, alert.tier, clinic, ports)
        provider_id = said.provider_id if isinstance(said, Accepted) else None
        accepted = None if isinstance(said, Unknown) else isinstance(said, Accepted)
        key = (alert.clinic_id, alert.patient_id)
        outcomes.append((key, replace(page, accepted=accepted, provider_id=provider_id)))
        if accepted:
            break
    return outcomes


def hand_page(page: Page, to: str, tier: Tier, clinic: Clinic, ports: Ports) -> HandOver:
    """Hand over one page. Its words are the same for every alert of a tier: no patient is in them."""
    test = is_test_page(page.alert_id)
    words = load_words("en")["page_test" if test else f"page_{tier.value}"]
    filled = values(clinic, "en", clinic.zone, None, None)
    by_text = page.channel is Channel.SMS
    message = render_sms(words, filled) if by_text else render_email(words, filled)
    carrier = ports.sms if by_text else ports.email
    return carrier.hand_over(
        message,
        Envelope(
            clinic_id=clinic.id,
            patient_id=NO_ONE,
            touch_id=TouchId(""),
            sender=clinic.sms_number if by_text else clinic.email_from,
            sender_name=clinic.sms_name,
            to=to,
            valid_for_seconds=PAGE_VALID_SECONDS,
            page=page,
        ),
    )
