"""The words and topics that a patient's touches are weighed with, and when to look at them next."""

from datetime import datetime

from aftercare.content.load_protocols import load_protocols
from aftercare.content.load_words import load_words, topics
from aftercare.domain.clinic import Clinic
from aftercare.domain.decide import Library
from aftercare.domain.followup import Followup
from aftercare.domain.foresee import next_due
from aftercare.ports import Ports


def library_for(followup: Followup, ports: Ports) -> Library:
    """Return what can be said to one patient today, in their language."""
    return Library(load_words(followup.contact.language), topics(), ports.public_base_url)


def next_look(followup: Followup, clinic: Clinic, ports: Ports, now: datetime) -> datetime | None:
    """Return when the engine must look at this patient next, or ``None`` when nothing waits."""
    return next_due(followup, clinic, load_protocols(), library_for(followup, ports), now)
