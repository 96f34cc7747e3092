"""Any follow-up the rules could write: every field, on its own and together."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from aftercare.content.load_protocols import load_protocols
from aftercare.domain.consent import ALL_KEYS, Standing
from aftercare.domain.followup import Followup, Mark, MarkState, Notice, Session, Status
from aftercare.domain.ids import CourseId, PatientId, SessionId, TouchId
from aftercare.domain.patient import CLOSE_REASONS, LANGUAGES, Contact
from aftercare.domain.protocol import Kind
from tests.building import ADA, HUDSON

# The table keeps milliseconds, which is all that the clock gives.
instants = st.integers(0, 4_102_444_800_000).map(lambda ms: datetime.fromtimestamp(ms / 1000, UTC))
ids = st.text("abcXYZ019-_.", min_size=1, max_size=12)
step_keys = st.sampled_from([s.key for p in load_protocols().values() for s in p.steps]) | st.just("moved-2")
facts = st.lists(st.text("0123456789abcdef", min_size=6, max_size=6), max_size=12).map(tuple)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


marks = st.builds(Mark, st.sampled_from(MarkState), instants, st.integers(0, 40))
contacts = st.builds(
    Contact,
    language=st.sampled_from(LANGUAGES),
    time_zone=st.sampled_from(["America/New_York", "Asia/Kolkata", "UTC"]),
    accepts_unencrypted=st.booleans(),
    phone=maybe(st.just("+12025550147")),
    email=maybe(st.just("ada@example.org")),
)


@st.composite
def given_standings(draw: st.DrawFn) -> Standing:
    """Draw where a consent stands: what was given was stated too."""
    given_at, withdrawn_at = draw(maybe(instants)), draw(maybe(instants))
    return Standing(
        given_at=given_at,
        stated_at=None if given_at is None else draw(instants),
        withdrawn_at=withdrawn_at,
        address_at=draw(maybe(instants)),
        expires_on=draw(maybe(st.dates(date(2020, 1, 1), date(2040, 1, 1)))),
        # Nobody said no at the very start of 1970, which has no sign to keep it by.
        own=withdrawn_at is not None and withdrawn_at.timestamp() > 0 and draw(st.booleans()),
    )


standings = st.dictionaries(st.sampled_from(ALL_KEYS), given_standings())


def sessions(session_id: str) -> st.SearchStrategy[Session]:
    return st.builds(
        Session,
        id=st.just(SessionId(session_id)),
        protocol=st.sampled_from(sorted(load_protocols())),
        course_id=ids.map(CourseId),
        number=st.integers(1, 60),
        status=st.sampled_from(Status),
        as_of=instants,
        starts_at=maybe(instants),
        ended_at=maybe(instants),
        discharged_at=maybe(instants),
        told=maybe(instants),
        told_round=st.integers(0, 9),
        moves=st.integers(0, 9),
        round=st.integers(0, 9),
        moved_at=maybe(instants),
        settled=st.booleans(),
        facts=facts,
        marks=st.dictionaries(step_keys, marks, max_size=5),
    )


def notices(touch_id: str) -> st.SearchStrategy[Notice]:
    kinds = st.sampled_from([Kind.OPT_IN, Kind.OPT_OUT, Kind.HELP])
    return st.builds(Notice, st.just(TouchId(touch_id)), kinds, instants, maybe(marks))


@st.composite
def followups(draw: st.DrawFn, patient_id: PatientId = ADA) -> Followup:
    """Draw a follow-up that nobody has written yet."""
    session_ids = draw(st.lists(ids, max_size=3, unique=True))
    notice_ids = draw(st.lists(ids, max_size=2, unique=True))
    return Followup(
        clinic_id=HUDSON,
        patient_id=patient_id,
        contact=draw(contacts),
        standings=draw(standings),
        enrolled_at=draw(instants),
        sessions={SessionId(i): draw(sessions(i)) for i in session_ids},
        notices={TouchId(i): draw(notices(i)) for i in notice_ids},
        changed=draw(st.dictionaries(st.sampled_from(["phone", "email", "language"]), instants)),
        recent=tuple(draw(st.lists(instants, max_size=6))),
        last_sent_at=draw(maybe(instants)),
        taught=frozenset(draw(st.lists(st.sampled_from(["E1", "E2", "E10"]), max_size=3))),
        opted_in_at=draw(maybe(instants)),
        stopped_at=draw(maybe(instants)),
        answered_at=draw(maybe(instants)),
        paused_until=draw(maybe(instants)),
        closed_at=draw(maybe(instants)),
        closed_reason=draw(maybe(st.sampled_from(CLOSE_REASONS))),
        facts=draw(facts),
        awaited=draw(st.booleans()),
    )
