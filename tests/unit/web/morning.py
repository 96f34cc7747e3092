"""A Monday morning at the Hudson clinic: what stands on the list, and three months of Ada."""

from dataclasses import replace
from datetime import datetime, timedelta

from aftercare.domain.alert import Alert, AlertState, Answer, AnswerState
from aftercare.domain.clinic import OnCall
from aftercare.domain.consent import Channel
from aftercare.domain.ids import AlertId, PatientId
from aftercare.domain.patient import Patient
from aftercare.domain.records import (
    Page,
    Reply,
    Task,
    TaskKind,
)
from aftercare.domain.staff import Person, Role
from aftercare.domain.tier import Tier
from aftercare.domain.worklist import AlertRow, TaskRow, Worklist, section_of
from aftercare.web.frame import Frame, frame_of
from tests.building import (
    ADA,
    HUDSON,
    a_clinic,
    a_patient,
    eastern,
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
