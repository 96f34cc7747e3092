"""A Monday morning at the Hudson clinic: what stands on the list, and three months of Ada."""

from dataclasses import replace
from datetime import datetime, timedelta

from aftercare.content.load_protocols import load_protocols
from aftercare.domain.alert import Alert, AlertState, Answer, AnswerState
from aftercare.domain.chart import Chart, Course, Point
from aftercare.domain.clinic import OnCall
from aftercare.domain.consent import Channel
from aftercare.domain.delivery import Cause, Outcome, State
from aftercare.domain.history import History
from aftercare.domain.ids import AlertId, PatientId, TouchId
from aftercare.domain.patient import Patient
from aftercare.domain.protocol import Kind
from aftercare.domain.records import (
    ConsentProof,
    Measure,
    NotSent,
    Page,
    Reply,
    Sent,
    Settled,
    Task,
    TaskKind,
)
from aftercare.domain.staff import Person, Role
from aftercare.domain.tier import Tier
from aftercare.domain.timeline import timeline
from aftercare.domain.touch import Reason
from aftercare.domain.upcoming import upcoming
from aftercare.domain.worklist import AlertRow, TaskRow, Worklist, section_of
from aftercare.usecases.see_patient import PatientView
from aftercare.web.frame import Frame, frame_of
from tests.building import (
    ADA,
    COURSE,
    HUDSON,
    IV,
    SMS_CARE,
    SMS_EDUCATION,
    a_clinic,
    a_consent,
    a_followup,
    a_library,
    a_patient,
    agreed,
    completed,
    eastern,
    scheduled,
    yes,
)

NOW = eastern("2026-11-23 09:05")
ROTA = (
    OnCall("nurse", "Dora", phone="+12125550103"),
    OnCall("backup nurse", "Ben", phone="+12125550104"),
    OnCall("clinician, lead", "Dr. Carmen", phone="+12125550105"),
)
CLINIC = a_clinic(on_call=ROTA)
DORA = Person("dora", "Nurse Dora", frozenset({Role.NURSE}), HUDSON)
FRONT = Person("eli", "Eli", frozenset({Role.FRONT_DESK}), HUDSON)
OWNER = Person("olga", "Olga", frozenset({Role.OWNER}), HUDSON)


def ago(**much: float) -> datetime:
    return NOW - timedelta(**much)


def frame(person: Person = DORA, here: str = "now") -> Frame:
    return frame_of(person, CLINIC, "f0rm-s3cret", here, NOW)


def somebody(name: str, number: int = 1, **changes: object) -> Patient:
    patient = a_patient(
        id=PatientId(f"pat-{number}"), given_name=name, phone=f"+1202555{1000 + number:04d}"[:12]
    )
    return replace(patient, **changes)  # type: ignore[arg-type]


def an_alert(tier: Tier = Tier.RED, reason: str = "suicide", **changes: object) -> Alert:
    alert = Alert(
        AlertId("pat-ada.alert.1a2b3c4d"),
        HUDSON,
        ADA,
        tier,
        reason,
        ago(minutes=6),
        causes=("sms-1",),
        rung=2,
        rung_at=NOW + timedelta(minutes=4),
        round_at=ago(minutes=6),
    )
    return replace(alert, **changes)  # type: ignore[arg-type]


def a_reply(body: str, at: datetime = NOW, **changes: object) -> Reply:
    reply = Reply("sms-1", at, "+12025550147", body, "unread")
    return replace(reply, **changes)  # type: ignore[arg-type]


def red_row(**changes: object) -> AlertRow:
    answer = Answer(1, "crisis", "en", Channel.SMS, "+12025550147", ago(minutes=6), AnswerState.SENT)
    row = AlertRow(
        an_alert(answer=answer, asked_at=ago(minutes=6)),
        a_patient(time_zone="America/Los_Angeles"),
        (
            Page(AlertId("pat-ada.alert.1a2b3c4d"), 0, 0, Channel.SMS, ago(minutes=6), accepted=True),
            Page(AlertId("pat-ada.alert.1a2b3c4d"), 5, 0, Channel.SMS, ago(minutes=1), accepted=True),
            Page(AlertId("pat-ada.alert.1a2b3c4d"), 5, 1, Channel.SMS, ago(minutes=1)),
        ),
        (a_reply("I can't do this anymore. I don't want to wake up tomorrow.", ago(minutes=6)),),
        NOW + timedelta(minutes=4),
    )
    return replace(row, **changes)  # type: ignore[arg-type]


def taken_row() -> AlertRow:
    alert = an_alert(
        id=AlertId("pat-2.alert.22222222"),
        patient_id=PatientId("pat-2"),
        reason="item_nine",
        raised_at=ago(minutes=34),
        state=AlertState.ACKNOWLEDGED,
        acknowledged_at=ago(minutes=30),
        acknowledged_by="Nurse Dora",
        rung_at=None,
    )
    return AlertRow(alert, somebody("Ben", 2), (), (), NOW + timedelta(minutes=30))


def amber_row() -> AlertRow:
    alert = an_alert(
        Tier.AMBER, "mood_fell", id=AlertId("pat-3.alert.33333333"), patient_id=PatientId("pat-3"), rung=0
    )
    words = (a_reply("2. bad week", ago(hours=1, minutes=12), id="sms-3"),)
    carmen = somebody("Carmen", 3, language="es")
    return AlertRow(
        replace(alert, raised_at=ago(hours=1, minutes=12)), carmen, (), words, NOW + timedelta(hours=2)
    )


def a_task(
    kind: TaskKind, number: int, name: str = "Dora", reply: Reply | None = None, **changes: object
) -> TaskRow:
    task = Task(
        f"{kind.value}.{number}",
        HUDSON,
        PatientId(f"pat-{number}"),
        kind,
        "The number does not exist or cannot receive texts.",
        ago(hours=number),
    )
    return TaskRow(replace(task, **changes), section_of(kind), somebody(name, number), reply)  # type: ignore[arg-type]


def a_morning() -> Worklist:
    tasks = (
        a_task(TaskKind.CALL_PATIENT, 4, "Elif", reason="Two check-ins in a row had no answer. Call them."),
        a_task(
            TaskKind.UNREAD_REPLY,
            5,
            "Farid",
            a_reply("Can I eat before my visit on Wednesday?", ago(hours=5)),
        ),
        a_task(
            TaskKind.UNREAD_REPLY,
            2,
            "Grace",
            a_reply("gracias 🙏 todo bien, ¿a qué hora es la cita?", ago(hours=2)),
        ),
        a_task(TaskKind.NOT_DELIVERED, 7, "Hugo"),
        a_task(TaskKind.WORDS_OVERDUE, 9, "", reason="The words wait for their review.", patient_id=None),
    )
    tasks = (*tasks[:-1], replace(tasks[-1], patient=None))
    return Worklist(NOW, (red_row(), taken_row(), amber_row()), tasks)


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
    return PatientView(NOW, CLINIC, clinical, history, tasks, timeline(history, tasks), ahead)


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
