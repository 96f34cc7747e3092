"""The words and topics that a patient's touches are weighed with."""

from aftercare.content.load_words import load_words, topics
from aftercare.domain.decide import Library
from aftercare.domain.followup import Followup
from aftercare.ports import Ports


def library_for(followup: Followup, ports: Ports) -> Library:
    """Return what can be said to one patient today, in their language."""
    return Library(load_words(followup.contact.language), topics(), ports.public_base_url)
