"""Take a submitted form: what must not wait first, then the totals.

Item 9 and the patient's own words are looked at before anything is checked or added up, and what they
raise is stored before the measures: a form that is refused for one wrong field still calls for help.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime

from aftercare.content.load_measures import load_measures
from aftercare.content.load_screen import load_screen
from aftercare.domain.alert import Alert
from aftercare.domain.answers import written
from aftercare.domain.clinic import Clinic
from aftercare.domain.compose import secret_hash
from aftercare.domain.concern import Concern, ConcernReason
from aftercare.domain.course_change import Measured, courses_begun
from aftercare.domain.errors import BadInput, Conflict, TryAgain
from aftercare.domain.followup import Followup, tidy
from aftercare.domain.form import Form, concerns, first_look, read_form, scored
from aftercare.domain.raising import Raised, raise_concerns
from aftercare.domain.records import Link, Measure, Record
from aftercare.domain.score import Score
from aftercare.domain.screen import screened_safely
from aftercare.domain.screen_lexicon import reason_of
from aftercare.domain.tier import Tier
from aftercare.ports import Ports
from aftercare.usecases.take_reply import open_red
from aftercare.usecases.what_can_be_said import next_look
from aftercare.usecases.work_alert import work_alert

ATTEMPTS = 6
_FORM = "form:"
_PHQ_9 = "phq-9"


def take_form(secret: str, birth_date: date, answers: Mapping[str, object], ports: Ports) -> str:
    """Take one submitted form.

    Args:
        secret: From the link.
        birth_date: The second fact that only the patient should know.
        answers: By item id, such as ``phq9_1``.
        ports: The outside.

    Returns:
        ``taken``, or ``taken_urgent`` when the crisis panel must be shown before anything else.

    Raises:
        BadInput: The link is not open, the birth date is another, or an answer is none of its choices.
            What must not wait has been raised all the same.
        TryAgain: The store is busy.
    """
    link, followup = _open(secret, birth_date, ports)
    codes = [code for code in link.opens.removeprefix(_FORM).split(",") if code]
    earlier = ports.followups.measures(link.clinic_id, link.patient_id)
    if any(one.touch_id == link.touch_id for one in earlier):
        raise BadInput("form", "submitted", "a form that was not submitted before")
    found = [*first_look(answers, codes, load_measures()), *_words(answers, codes)]
    cause = f"form.{link.secret_hash[:16]}"
    urgent = any(one.tier is Tier.RED for one in found)
    _raise(link, found, cause, (), ports)
    form = read_form(answers, codes, load_measures())
    now = ports.clock.now()
    later = _later(form, earlier, followup, now)
    _raise(link, later, cause, _measures(form, link, now), ports, answered=form)
    return "taken_urgent" if urgent else "taken"


def _open(secret: str, birth_date: date, ports: Ports) -> tuple[Link, Followup]:
    """Return what the link leads to. Whoever guesses learns nothing: every refusal is the same."""
    link = ports.links.find(secret_hash(secret))
    if link is None or not link.opens.startswith(_FORM) or link.expires_at <= ports.clock.now():
        raise BadInput("form", "link", "a link to a form that is open")
    patient = ports.followups.identity(link.clinic_id, link.patient_id)
    followup = ports.followups.get(link.clinic_id, link.patient_id)
    if patient is None or followup is None:
        raise BadInput("form", "link", "a link to a form that is open")
    if patient.birth_date != birth_date:
        raise BadInput("birth_date", "another day", "the patient's own birth date")
    return link, followup


def _words(answers: Mapping[str, object], codes: Sequence[str]) -> list[Concern]:
    scales = [scale for code, scale in load_measures().items() if code in codes]
    verdicts = [screened_safely(text, (), lexicon=load_screen) for text in written(answers, scales)]
    return [Concern(v.tier, reason_of(v)) for v in verdicts if v.tier is not Tier.GREEN]


def _later(form: Form, earlier: Sequence[Measure], followup: Followup, now: datetime) -> Sequence[Concern]:
    history: dict[str, list[Measured]] = {}
    for one in earlier:
        if one.total is not None:
            history.setdefault(one.code, []).append(Measured(one.total, one.at, one.prorated))
    begun = tuple(courses_begun(followup.sessions.values()).values())
    ends = [s.left_at for s in followup.sessions.values() if s.left_at is not None and s.left_at <= now]
    return concerns(
        form,
        now,
        history,
        began_at=begun[-1] if begun else None,
        since_session=now - max(ends) if ends else None,
    )


def _measures(form: Form, link: Link, now: datetime) -> tuple[Measure, ...]:
    return tuple(_measure(one, link, now) for one in scored(form))


def _measure(score: Score, link: Link, now: datetime) -> Measure:
    return Measure(
        id=f"{link.touch_id}.{score.code}",
        at=now,
        code=score.code,
        total=score.total,
        complete=score.complete,
        touch_id=link.touch_id,
        prorated=score.prorated,
        band=score.band.name if score.band else None,
        answers=score.answers,
        revision=score.revision,
    )


def _raise(
    link: Link,
    found: Sequence[Concern],
    cause: str,
    records: Sequence[Record],
    ports: Ports,
    answered: Form | None = None,
) -> None:
    """Store what was found with the records, and work on what it raised. Nothing to store: nothing."""
    if not found and not records:
        return
    clinic = ports.clinics.get(link.clinic_id)
    if clinic is None:
        raise TryAgain("take_form: the clinic is not set up")
    for _ in range(ATTEMPTS):
        try:
            _store(link, found, cause, records, clinic, ports, answered)
        except Conflict:
            continue
        return
    raise TryAgain("take_form: too many writers of one patient")


def _raised(
    followup: Followup, found: Sequence[Concern], cause: str, red: Alert | None, clinic: Clinic, ports: Ports
) -> Raised:
    """Raise what was found, under names that are free.

    A form that was refused for one field raises, and may be sent again after a person resolved that.
    """
    for number in range(ATTEMPTS):
        name = f"{cause}.{number}" if number else cause
        out = raise_concerns(followup, found, name, None, red, clinic, ports.clock.now())
        fresh = [alert for alert in out.alerts if alert.version == 0]
        if not any(ports.alerts.get(alert.clinic_id, alert.id) for alert in fresh):
            return out
    raise TryAgain("take_form: one form, too many alerts")


def _store(
    link: Link,
    found: Sequence[Concern],
    cause: str,
    records: Sequence[Record],
    clinic: Clinic,
    ports: Ports,
    answered: Form | None,
) -> None:
    followup = ports.followups.get(link.clinic_id, link.patient_id)
    if followup is None:
        raise TryAgain("take_form: the patient vanished between two reads")
    now = ports.clock.now()
    followup = replace(followup, unanswered=())
    if answered is not None and any(scale.code == _PHQ_9 for scale in answered.scales):
        nine = any(one.reason == ConcernReason.ITEM_NINE for one in found)
        followup = replace(followup, at_risk=nine)
    red = open_red(followup, ports)
    if red is not None and any(known.startswith(cause) for known in red.causes):
        found = [one for one in found if one.tier is not Tier.RED]
    out = _raised(followup, found, cause, red, clinic, ports)
    ports.followups.save(
        tidy(out.followup, now),
        write_id=ports.ids.token(),
        due_at=next_look(out.followup, clinic, ports, now),
        records=(*records, *out.alerts),
    )
    for alert in out.alerts:
        # It is stored: what fails here the sweep does, and the patient's form is not lost for it.
        with suppress(TryAgain):
            work_alert(replace(alert, version=alert.version + 1), ports)
