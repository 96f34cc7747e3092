"""Sum a patient's courses up in their chart, anew from everything that is kept."""

from aftercare.desk_ports import Desk
from aftercare.domain.chart import Chart
from aftercare.domain.charting import chart_of
from aftercare.domain.ids import ClinicId, PatientId


def sum_course(clinic_id: ClinicId, patient_id: PatientId, desk: Desk) -> Chart | None:
    """Make one patient's chart and store it. Doing it twice, or late, stores the same.

    Returns:
        The chart; ``None`` for somebody who is not enrolled.

    Raises:
        TryAgain: The store is busy.
    """
    history = desk.histories.whole(clinic_id, patient_id)
    if history is None:
        return None
    chart = chart_of(history, desk.ports.clock.now())
    if chart != history.chart:
        desk.charts.put(chart)
    return chart
