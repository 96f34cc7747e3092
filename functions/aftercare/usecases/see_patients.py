"""Show the clinic's patients, in the order of names."""

from dataclasses import replace

from aftercare.desk_ports import Desk, Slice
from aftercare.domain.chart import Chart
from aftercare.domain.minimum import bare_chart
from aftercare.domain.staff import Person, Right
from aftercare.usecases.allow import allow, keep_audit

ROWS_MAX = 200


def see_patients(
    person: Person,
    desk: Desk,
    *,
    by: str,
    after: str | None = None,
    starting_with: str = "",
    limit: int = 50,
) -> Slice[Chart]:
    """Return a page of patients: one read, two from the second page on.

    Args:
        person: Who asks; without ``see_clinical`` the lines have no scores and no moods.
        desk: The outside.
        by: ``dashboard`` or ``api``.
        after: ``more`` of the page before.
        starting_with: The beginning of a given name, accents and case aside.
        limit: Rows, at most 200.

    Raises:
        NotAllowed: They may not see patients.
        BadInput: ``after`` is no cursor of this list.
    """
    allow(person, Right.SEE_PATIENTS)
    rows = max(1, min(limit, ROWS_MAX))
    found = desk.charts.page(person.clinic_id, limit=rows, after=after, starting_with=starting_with)
    keep_audit(person, desk, "saw_patients", by=by)
    if person.may(Right.SEE_CLINICAL):
        return found
    return replace(found, rows=tuple(map(bare_chart, found.rows)))
