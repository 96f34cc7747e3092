"""Three months of Ada at the Hudson clinic, and the list of its patients."""

from dataclasses import replace
from datetime import datetime, timedelta

from aftercare.content.load_protocols import load_protocols
from aftercare.domain.alert import AlertState
from aftercare.domain.chart import Chart, Course, Point
from aftercare.domain.charting import chart_of
from aftercare.domain.consent import Channel
from aftercare.domain.delivery import Cause, Outcome, State
from aftercare.domain.history import History
from aftercare.domain.ids import PatientId, TouchId
from aftercare.domain.protocol import Kind
from aftercare.domain.records import (
    ConsentProof,
    Measure,
    NotSent,
    Sent,
    Settled,
    Task,
    TaskKind,
)
from aftercare.domain.tier import Tier
from aftercare.domain.timeline import timeline
from aftercare.domain.touch import Reason
from aftercare.domain.upcoming import upcoming
from aftercare.usecases.see_patient import PatientView
from tests.building import (
    ADA,
    COURSE,
    HUDSON,
    IV,
    SMS_CARE,
    SMS_EDUCATION,
    a_consent,
    a_followup,
    a_library,
    a_patient,
    agreed,
    completed,
    scheduled,
    yes,
)
from tests.unit.web.morning import CLINIC, NOW, a_reply, ago, an_alert

# ---- Ada's three months

_SCORES = (
    (-20, 19, 1),
    (-13, 15, 1),
    (-6, 12, 0),
    (1, 11, 0),
    (15, 8, 0),
    (29, 6, 0),
    (43, 7, 0),
    (50, 5, 0),
)
_FIRST = NOW - timedelta(days=58)


def _measure(number: int, code: str, at: datetime, total: int, nine: int = 0) -> Measure:
    answers: dict[str, int | str] = {"phq9_9": nine} if code == "phq-9" else {}
    return Measure(f"m-{code}-{number}", at, code, total, complete=True, answers=answers)


def _measures() -> tuple[Measure, ...]:
    found: list[Measure] = []
    for number, (days, total, nine) in enumerate(_SCORES):
        at = _FIRST + timedelta(days=days if days > -7 else -1 if days == -13 else -9, hours=3)
        found.append(_measure(number, "phq-9", at, total, nine))
        found.append(_measure(number, "gad-7", at + timedelta(minutes=4), max(2, total - 5)))
    for day in range(0, 57, 3):
        found.append(
            _measure(day, "mood", _FIRST + timedelta(days=day, hours=8), min(9, 3 + day // 9 + day % 2))
        )
    return tuple(sorted(found, key=lambda one: one.at))


def _sent(number: int, kind: Kind, words: str, text: str, at: datetime, **changes: object) -> Sent:
    sent = Sent(
        TouchId(f"ses-{number}.{words}"),
        None,
        kind,
        at,
        Channel.SMS,
        "+12025550147",
        words,
        "r1",
        "en",
        text,
        None,
        f"msg-{number}-{words}",
    )
    return replace(sent, **changes)  # type: ignore[arg-type]


def ada_history() -> History:
    sessions = [
        completed(_FIRST + timedelta(days=days), number, settled=True)
        for number, days in ((1, 0), (2, 3), (3, 7), (4, 10), (5, 14), (6, 17))
    ]
    booster = scheduled(NOW + timedelta(days=2, hours=1), 7)
    followup = a_followup(
        *sessions,
        booster,
        standings={**agreed(SMS_CARE), SMS_EDUCATION: yes(no_at=ago(days=3))},
        enrolled_at=_FIRST - timedelta(days=12),
        opted_in_at=_FIRST - timedelta(days=12),
    )
    sent = (
        _sent(
            6,
            Kind.CHECK_IN,
            "evening",
            "Hudson Clinic: How is your mood tonight, 0 to 10? 0 is very bad. Reply with a number.",
            ago(days=2, hours=15),
        ),
        _sent(
            6,
            Kind.EDUCATION,
            "E2",
            "Hudson Clinic: Low mood can make small things feel heavy. One small walk counts.",
            ago(days=1, hours=3),
        ),
        _sent(
            6,
            Kind.MANUAL,
            "manual",
            "Hudson Clinic: Yes, a light breakfast is fine until 8. See you Wednesday, Dora",
            ago(hours=20),
        ),
        _sent(
            7,
            Kind.REMINDER,
            "reminder_72h",
            "Hudson Clinic: Your visit is Wednesday, November 25 at 10:05 AM. Please arrange a ride home.",
            ago(hours=1),
        ),
    )
    replies = (
        a_reply("6", ago(days=2, hours=14), id="r1", understood="mood"),
        a_reply("can I eat before the visit?", ago(hours=21), id="r2"),
        a_reply("thank you!! 💛", ago(hours=19, minutes=40), id="r3"),
    )
    ended = NotSent(TouchId("ses-6.week1"), None, Kind.CHECK_IN, Reason.CAPPED, ago(days=4))
    alert = an_alert(
        Tier.AMBER,
        "mood_low",
        raised_at=ago(days=30),
        state=AlertState.RESOLVED,
        acknowledged_at=ago(days=30),
        acknowledged_by="Nurse Dora",
        resolved_at=ago(days=29, hours=23),
        resolved_by="Nurse Dora",
        disposition="spoke_with_patient",
        note="Bad night, feels better. Sister stays over. Call again Friday.",
    )
    return History(
        followup,
        a_patient(time_zone="America/Los_Angeles"),
        sent=sent,
        replies=replies,
        measures=_measures(),
        settled=(Settled("w1", ago(days=4), (ended,)),),
        alerts=(alert,),
        proofs=(ConsentProof("evt-1", a_consent(SMS_CARE, _FIRST - timedelta(days=12))),),
        deliveries={
            TouchId("ses-6.evening"): Outcome(State.DELIVERED, Cause.DELIVERED, final=True),
            TouchId("ses-6.manual"): Outcome(State.DELIVERED, Cause.DELIVERED, final=True),
            TouchId("ses-7.reminder_72h"): Outcome(State.FAILED_SOFT, Cause.PHONE_UNREACHABLE, final=True),
        },
    )


def ada_view(history: History | None = None, *, clinical: bool = True) -> PatientView:
    history = history or ada_history()
    tasks = (Task("unread_reply.r3", HUDSON, ADA, TaskKind.UNREAD_REPLY, "", ago(hours=19, minutes=40)),)
    ahead = upcoming(history.followup, CLINIC, load_protocols(), a_library(), NOW)
    chart = chart_of(history, NOW)
    return PatientView(NOW, CLINIC, clinical, history, chart, tasks, timeline(history, tasks), ahead)


# ---- the list of patients

_NAMES = (
    "Ada",
    "Ben",
    "Carmen",
    "Dora",
    "Elif",
    "Farid",
    "Grace",
    "Hugo",
    "Inés",
    "José María",
    "Kofi",
    "Lena",
)


def a_chart(number: int = 0, name: str = "", totals: tuple[int, ...] = (), **changes: object) -> Chart:
    given = totals or tuple(max(2, 20 - (number % 5) * step) for step in range(5))
    points = tuple(
        Point(ago(days=50 - 7 * place), "phq-9", total, place, place) for place, total in enumerate(given)
    )
    course = Course(COURSE, IV, 6, ago(days=56), ago(days=14), NOW + timedelta(days=number % 9), points)
    chart = Chart(
        HUDSON,
        PatientId(f"pat-{number}"),
        name or _NAMES[number % len(_NAMES)],
        "es" if number % 4 == 2 else "en",
        a_patient().birth_date,
        reachable=("sms",),
        courses=(course,),
        heard_at=ago(hours=number * 9 + 1),
    )
    return replace(chart, **changes)  # type: ignore[arg-type]


def the_charts() -> tuple[Chart, ...]:
    charts = [a_chart(number) for number in range(12)]
    charts[0] = replace(charts[0], open_red=True, open_alerts=1)
    charts[3] = a_chart(3, totals=(18, 9, 8, 16))
    charts[5] = replace(charts[5], paused=True)
    charts[7] = replace(charts[7], reachable=(), courses=())
    return tuple(charts)
