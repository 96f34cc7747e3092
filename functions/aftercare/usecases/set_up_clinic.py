"""Set a clinic up from its clinic file."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from aftercare.content.load_protocols import load_protocols
from aftercare.domain.clinic import Clinic, StepOverride
from aftercare.domain.errors import BadInput
from aftercare.domain.plan import overridden, too_late_at, wanted_at
from aftercare.domain.protocol import Step
from aftercare.ports import Clinics

ZONE = ZoneInfo("UTC")


def set_up_clinic(clinic: Clinic, clinics: Clinics) -> None:
    """Store the clinic; from then on its events are taken. Storing it again changes it.

    Raises:
        BadInput: An override names a protocol or a step that is not shipped.
    """
    check_overrides(clinic)
    clinics.put(clinic)


def check_overrides(clinic: Clinic) -> None:
    """Refuse overrides of what does not exist, or that cannot work: a slip must not go unseen.

    Raises:
        BadInput: Naming the key, and what is there or what would work.
    """
    protocols = load_protocols()
    for protocol_id, overrides in clinic.overrides.items():
        protocol = protocols.get(protocol_id)
        if protocol is None:
            raise BadInput(f"protocols.{protocol_id}", protocol_id, f"one of {', '.join(sorted(protocols))}")
        keys = [step.key for step in protocol.steps]
        for key, override in overrides.items():
            path = f"protocols.{protocol_id}.steps.{key}"
            if key not in keys:
                raise BadInput(path, key, f"one of {', '.join(keys)}")
            _check_timing(protocol.step(key), override, path)


def _check_timing(step: Step, override: StepOverride, path: str) -> None:
    changed = overridden(step.timing, override)
    if changed.after is None and (changed.days is None or changed.at is None):
        raise BadInput(path, "days", "days together with at, because this step has no time of day of its own")
    if changed == step.timing:
        return
    noon = datetime(2026, 6, 15, 12, tzinfo=UTC)
    if wanted_at(changed, noon, ZONE) >= too_late_at(step.too_late, noon, ZONE):
        end = step.too_late
        known = f"after {end.after}" if end.after is not None else f"on day {end.days} at {end.at}"
        raise BadInput(path, "a time", f"a time before the step is worthless, which is {known}")
