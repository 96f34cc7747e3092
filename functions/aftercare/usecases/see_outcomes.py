"""Show what the clinic's patients come to."""

from aftercare.content.load_measures import load_measures
from aftercare.desk_ports import Desk
from aftercare.domain.charting import CODES
from aftercare.domain.outcomes import Outcomes, outcomes_of
from aftercare.domain.staff import Person, Right
from aftercare.usecases.allow import allow, keep_audit


def see_outcomes(person: Person, desk: Desk, *, by: str, did: str = "saw_outcomes") -> Outcomes:
    """Count the charts of the person's clinic: about 2,000 a read, and one write for the trail.

    Args:
        person: Who asks.
        desk: The outside.
        by: ``dashboard`` or ``api``.
        did: What the trail keeps: ``exported_outcomes`` for the table.

    Raises:
        NotAllowed: They may not see outcomes.
    """
    allow(person, Right.SEE_OUTCOMES)
    scales = load_measures()
    changes = ((code, scales[code].change) for code in CODES)
    rules = {code: rule for code, rule in changes if rule is not None}
    outcomes = outcomes_of(desk.charts.every(person.clinic_id), rules)
    keep_audit(person, desk, did, by=by)
    return outcomes
