"""Take the answers to a form whose gate was passed: what must not wait first, then the totals.

Item 9 and the patient's own words are looked at before anything is checked or added up, and what they
raise is stored before the measures: a form that is refused for one wrong field still calls for help.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from aftercare.content.load_measures import load_measures
from aftercare.content.load_screen import load_screen
from aftercare.domain.alert import Alert
from aftercare.domain.answers import written
from aftercare.domain.clinic import Clinic
from aftercare.domain.concern import Concern, ConcernReason
from aftercare.domain.course_change import Measured, began_for_sure
from aftercare.domain.draft import codes_of
from aftercare.domain.errors import Conflict, TryAgain
from aftercare.domain.followup import Followup, tidy
from aftercare.domain.form import Form, concerns, first_look, read_form, scored
from aftercare.domain.form_link import form_of, is_answered, without_pending_links
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
_PHQ_9 = "phq-9"


def take_answers(link: Link, answers: Mapping[str, object], ports: Ports, told: Collection[str] = ()) -> bool:
    """Take one whole form that was not taken before.

    Args:
        link: What the form's link leads to.
        answers: By item id, unchecked, such as ``phq9_1``.
        ports: The outside.
        told: Items whose answer has raised what it had to raise: it calls nobody a second time.

    Returns:
        Whether the crisis panel must be shown before anything else.

    Raises:
        BadInput: An answer is none of its choices. What must not wait has been raised all the same.
        TryAgain: The store is busy.
    """
    codes = codes_of(link)
    urgent = is_urgent(answers, codes)
    fresh = {id_: found for id_, found in answers.items() if id_ not in told}
    look = [one for one in first_look(answers, codes, load_measures()) if not _all_told(one, told)]
    _raise(link, [*look, *_words(fresh, codes)], (), ports)
    form = read_form(answers, codes, load_measures())
    now = ports.clock.now()
    later = [one for one in _later(form, link, now, ports) if not _all_told(one, told)]
    at_risk = _at_risk(answers, codes) if any(scale.code == _PHQ_9 for scale in form.scales) else None
    _raise(link, later, tuple(_measure(one, link, now) for one in scored(form)), ports, at_risk)
    return urgent


def raise_at_once(link: Link, item_id: str, answer: object, ports: Ports) -> bool:
    """Raise what one answer says that must not wait for the others. Twice is once.

    Returns:
        Whether it said such a thing.

    Raises:
        TryAgain: The store is busy; nothing may have been raised.
    """
    found = _in_one(link, item_id, answer)
    nine = any(one.reason == ConcernReason.ITEM_NINE for one in found)
    _raise(link, found, (), ports, at_risk=True if nine else None)
    return bool(found)


def is_urgent(answers: Mapping[str, object], codes: Sequence[str]) -> bool:
    """Say whether the crisis panel must be shown for these answers."""
    found = [*first_look(answers, codes, load_measures()), *_words(answers, codes)]
    return any(one.tier is Tier.RED for one in found)


def was_taken(link: Link, ports: Ports) -> bool:
    """Say whether this form, by whichever way it was asked for, has been taken already."""
    return is_answered(form_of(link.touch_id), ports.followups.measures(link.clinic_id, link.patient_id))


def _in_one(link: Link, item_id: str, answer: object) -> list[Concern]:
    raw = {item_id: answer}
    look = first_look(raw, (), load_measures())
    # Until the form is sent, a question without an answer only says "not yet".
    kept = [one for one in look if one.reason != ConcernReason.ITEM_NINE_BLANK]
    return [*kept, *_words(raw, codes_of(link))]


def _all_told(concern: Concern, told: Collection[str]) -> bool:
    return bool(concern.items) and all(item_id in told for item_id in concern.items)


def _at_risk(answers: Mapping[str, object], codes: Sequence[str]) -> bool:
    return any(one.reason == ConcernReason.ITEM_NINE for one in first_look(answers, codes, load_measures()))


def _words(answers: Mapping[str, object], codes: Sequence[str]) -> list[Concern]:
    scales = [scale for code, scale in load_measures().items() if code in codes]
    verdicts = [screened_safely(text, (), lexicon=load_screen) for text in written(answers, scales)]
    return [Concern(v.tier, reason_of(v)) for v in verdicts if v.tier is not Tier.GREEN]


def _later(form: Form, link: Link, now: datetime, ports: Ports) -> Sequence[Concern]:
    history: dict[str, list[Measured]] = {}
    for one in ports.followups.measures(link.clinic_id, link.patient_id):
        if one.total is not None:
            history.setdefault(one.code, []).append(Measured(one.total, one.at, one.prorated))
    followup = _read(link, ports)
    ends = [s.left_at for s in followup.sessions.values() if s.left_at is not None and s.left_at <= now]
    return concerns(
        form,
        now,
        history,
        began_at=began_for_sure(followup.sessions.values()),
        since_session=now - max(ends) if ends else None,
    )


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
    records: Sequence[Record],
    ports: Ports,
    at_risk: bool | None = None,
) -> None:
    """Store what was found with the records, and work on what it raised. Nothing to store: nothing."""
    if not found and not records:
        return
    clinic = ports.clinics.get(link.clinic_id)
    if clinic is None:
        raise TryAgain("take_answers: the clinic is not set up")
    for _ in range(ATTEMPTS):
        try:
            _store(link, found, records, clinic, ports, at_risk)
        except Conflict:
            if records and was_taken(link, ports):
                return  # the same form, sent by another tab at the same moment
            continue
        return
    raise TryAgain("take_answers: too many writers of one patient")


def _read(link: Link, ports: Ports) -> Followup:
    followup = ports.followups.get(link.clinic_id, link.patient_id)
    if followup is None:
        raise TryAgain("take_answers: the patient vanished between two reads")
    return followup


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
    raise TryAgain("take_answers: one form, too many alerts")


def _store(
    link: Link,
    found: Sequence[Concern],
    records: Sequence[Record],
    clinic: Clinic,
    ports: Ports,
    at_risk: bool | None,
) -> None:
    followup, cause = _read(link, ports), f"form.{link.secret_hash[:16]}"
    now = ports.clock.now()
    followup = replace(followup, unanswered=())
    if records:
        followup = without_pending_links(followup, form_of(link.touch_id), now)
    if at_risk is not None:
        followup = replace(followup, at_risk=at_risk)
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
