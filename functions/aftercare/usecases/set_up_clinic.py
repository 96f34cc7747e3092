"""Set a clinic up from its clinic file."""

from aftercare.content.load_protocols import load_protocols
from aftercare.domain.clinic import Clinic
from aftercare.domain.errors import BadInput
from aftercare.domain.protocol import Protocol
from aftercare.ports import Clinics


def set_up_clinic(clinic: Clinic, clinics: Clinics) -> None:
    """Store the clinic; from then on its events are taken. Storing it again changes it.

    Raises:
        BadInput: An override names a protocol or a step that is not shipped.
    """
    check_overrides(clinic)
    clinics.put(clinic)


def check_overrides(clinic: Clinic) -> None:
    """Refuse overrides of what does not exist: a typo must not silently change nothing.

    Raises:
        BadInput: Naming the key and what is there.
    """
    protocols = load_protocols()
    for protocol_id, overrides in clinic.overrides.items():
        protocol = protocols.get(protocol_id)
        if protocol is None:
            raise BadInput(f"protocols.{protocol_id}", protocol_id, f"one of {', '.join(sorted(protocols))}")
        for key in overrides:
            _check_step(key, protocol)


def _check_step(key: str, protocol: Protocol) -> None:
    keys = [step.key for step in protocol.steps]
    if key not in keys:
        raise BadInput(f"protocols.{protocol.id}.steps.{key}", key, f"one of {', '.join(keys)}")
