"""Once a week: call whoever is on call, so that everybody knows that pages arrive."""

from aftercare.domain.consent import Channel
from aftercare.domain.hand_over import Accepted
from aftercare.domain.ids import TEST_PAGE, AlertId, ClinicId
from aftercare.domain.on_call import on_duty
from aftercare.domain.records import Page
from aftercare.domain.tier import Tier
from aftercare.ports import Ports
from aftercare.usecases.call_staff import hand_page


def page_tests(ports: Ports) -> int:
    """Send each clinic's test page of this week; sending twice sends once.

    Returns:
        How many clinics were called.

    Raises:
        TryAgain: The store is busy.
    """
    return sum(page_test(clinic_id, ports) for clinic_id in ports.clinics.every())


def page_test(clinic_id: ClinicId, ports: Ports) -> bool:
    """Send one clinic's test page of this week; ``False`` when it has gone out, or nobody is on call."""
    clinic, now = ports.clinics.get(clinic_id), ports.clock.now()
    if clinic is None or not clinic.on_call:
        return False
    year, week, _ = now.astimezone(clinic.zone).isocalendar()
    name = AlertId(f"{TEST_PAGE}{year}-W{week:02d}")
    if not ports.alerts.open_test(clinic_id, name, now):
        return False
    person = (on_duty(clinic.on_call, now, clinic.zone) or clinic.on_call)[0]
    place = clinic.on_call.index(person)
    # Each way is tested, not only the first that works: it may be needed when the other is down.
    for channel, to in ((Channel.SMS, person.phone), (Channel.EMAIL, person.email)):
        page = Page(name, 0, place, channel, now)
        if to is not None and ports.alerts.claim(clinic_id, page, write_id=ports.ids.token()):
            said = hand_page(page, to, Tier.AMBER, clinic, ports)
            ports.alerts.note(clinic_id, page, accepted=isinstance(said, Accepted))
    return True
