"""What every fact says beside itself, whether it comes in or goes out.

Apart from the facts: whoever only sends knows none of them, and building their classes is a fiftieth of its
cold start.
"""

from dataclasses import dataclass
from datetime import datetime

from aftercare.domain.ids import ClinicId


@dataclass(frozen=True, slots=True)
class Metadata:
    """Who says so and when: ``occurred_at`` orders facts, never the time of arrival."""

    event_id: str
    occurred_at: datetime
    clinic_id: ClinicId
