"""All that is kept about one patient, as one value: what a person of the clinic looks at."""

from collections.abc import Mapping
from dataclasses import dataclass

from aftercare.domain.alert import Alert
from aftercare.domain.chart import Chart
from aftercare.domain.delivery import Outcome
from aftercare.domain.followup import Followup
from aftercare.domain.ids import TouchId
from aftercare.domain.patient import Patient
from aftercare.domain.records import ConsentProof, Measure, Page, Reply, Sent, Settled


@dataclass(frozen=True, slots=True)
class History:
    """Everything under one patient, each kind oldest first.

    Attributes:
        deliveries: What receipts say, by touch.
        settled: Touches that ended without a message, with their reasons.
        pages: The calls that were made for this patient's alerts.
        chart: The line last made of it; it remembers sessions that the follow-up has forgotten.
    """

    followup: Followup
    patient: Patient
    sent: tuple[Sent, ...] = ()
    replies: tuple[Reply, ...] = ()
    measures: tuple[Measure, ...] = ()
    settled: tuple[Settled, ...] = ()
    alerts: tuple[Alert, ...] = ()
    pages: tuple[Page, ...] = ()
    proofs: tuple[ConsentProof, ...] = ()
    deliveries: Mapping[TouchId, Outcome] | None = None
    chart: Chart | None = None
