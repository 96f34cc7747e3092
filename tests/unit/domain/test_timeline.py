from datetime import timedelta
from typing import Any

from aftercare.domain.alert import Alert, acknowledged, resolved
from aftercare.domain.clinic import OnCall
from aftercare.domain.consent import Channel
from aftercare.domain.delivery import CAUSES, Cause, Outcome, State
from aftercare.domain.followup import Followup, Status
from aftercare.domain.history import History
from aftercare.domain.ids import AlertId
from aftercare.domain.minimum import bare_history
from aftercare.domain.protocol import Kind
from aftercare.domain.records import ConsentProof, Measure, Page, Reply, Task, TaskKind
from aftercare.domain.tier import Tier
from aftercare.domain.timeline import Moment, MomentKind, timeline
from aftercare.domain.touch import Reason
from tests.building import (
    ADA,
    ADAS_PHONE,
    HUDSON,
    NOON,
    SMS_CARE,
    a_consent,
    a_followup,
    a_patient,
    completed,
    scheduled,
    yes,
)
from tests.unit.domain.test_why import DAY, DAY1, HOUR, a_text, ended

MINUTE = timedelta(minutes=1)
MARKUP = "<script>alert('Ada')</script>"


def told(followup: Followup | None = None, *tasks: Task, **kept: Any) -> list[Moment]:
    return list(timeline(History(followup or a_followup(), a_patient(), **kept), tasks))


def only(moments: list[Moment], kind: MomentKind) -> list[Moment]:
    return [moment for moment in moments if moment.kind is kind]


def an_alert() -> Alert:
    return Alert(AlertId("pat-ada.alert.1"), HUDSON, ADA, Tier.RED, "crisis_words", NOON)


def test_the_latest_stands_first_and_a_visit_still_to_come_stands_on_its_day() -> None:
    visits = a_followup(completed(NOON), scheduled(NOON + 3 * DAY, 2))
    moments = told(visits, sent=(a_text(NOON + HOUR),))
    titles = [m.title for m in moments]
    assert titles == ["Session 2 booked", "Next-day check-in", "Session 1 done", "Enrolled"]


def test_a_cancelled_and_a_moved_visit_say_so() -> None:
    gone = scheduled(NOON, 1, status=Status.CANCELLED)
    moved = scheduled(NOON + DAY, 2, moves=1, round=1, moved_at=NOON)
    assert {m.title for m in only(told(a_followup(gone, moved)), MomentKind.SESSION)} == {
        *("Session 1 cancelled", "Session 2 moved", "Session 2 booked"),
    }


def test_a_message_is_whole_with_what_its_carrier_says_in_plain_words() -> None:
    for cause in Cause:
        outcome = Outcome(State.FAILED_HARD, cause)
        (message,) = only(told(sent=(a_text(text=MARKUP),), deliveries={DAY1: outcome}), MomentKind.MESSAGE)
        assert (message.text, message.about, message.state) == (MARKUP, CAUSES[cause], "failed_hard")
    (waiting,) = only(told(sent=(a_text(),)), MomentKind.MESSAGE)
    assert waiting.about == "The carrier took it; no receipt has come yet."


def test_a_reply_is_whole_and_says_what_it_was_read_as() -> None:
    reply = Reply("in-1", NOON, ADAS_PHONE, MARKUP * 100, "mood", DAY1, tier=Tier.AMBER)
    (moment,) = only(told(replies=(reply,)), MomentKind.REPLY)
    assert moment.text == MARKUP * 100
    assert (moment.about, moment.state) == ("Read as an answer to the mood question.", "amber")


def test_an_alert_is_raised_taken_on_and_resolved_by_name() -> None:
    alert = acknowledged(an_alert(), "Dora", NOON + MINUTE)
    alert = resolved(alert, "Ben", "spoke_with_patient", "She is well.", NOON + HOUR)
    moments = only(told(alerts=(alert,)), MomentKind.ALERT)
    assert [(m.title, m.about, m.text) for m in moments] == [
        ("Red alert resolved by Ben", "Outcome: spoke with patient.", "She is well."),
        ("Red alert taken on by Dora", "", ""),
        ("Red alert raised", "Reason: crisis words.", ""),
    ]


def test_calls_to_the_rota_say_whether_they_went_out() -> None:
    pages = [
        Page(AlertId("a"), 0, n, Channel.SMS, NOON + n * MINUTE, ok) for n, ok in enumerate((True, False))
    ]
    unknown = Page(AlertId("a"), 0, 2, Channel.EMAIL, NOON + HOUR)
    rota = (OnCall("nurse, day", "Dora"), OnCall("backup", "Ben"))
    history = History(a_followup(), a_patient(), pages=(*pages, unknown))
    calls = only(list(timeline(history, (), rota)), MomentKind.CALL)
    assert [(m.title, m.about) for m in calls] == [
        ("Called person 3 of the rota by mail", "Nobody knows whether it went out."),
        ("Called Ben (backup) by text", "It did not go out."),
        ("Called Dora (nurse, day) by text", "The carrier took it."),
    ]


def test_consents_show_the_wording_and_who_recorded_them_and_their_end() -> None:
    proof = ConsentProof("evt", a_consent())
    followup = a_followup(standings={SMS_CARE: yes(no_at=NOON)})
    gone, given = only(told(followup, proofs=(proof,)), MomentKind.CONSENT)
    assert (given.title, given.text) == ("Care by text: agreed", "I agree to get messages.")
    assert "recorded by Nurse Dora" in given.about
    assert (gone.title, gone.at) == ("Care by text: withdrawn", NOON)


def test_what_was_not_sent_says_why_and_whether_it_went_later() -> None:
    (never,) = only(told(settled=(ended(Reason.PAUSED),)), MomentKind.NOT_SENT)
    assert (never.title, never.about) == (
        "Not sent: Next-day check-in",
        "Messages are paused for this patient.",
    )
    again = told(settled=(ended(Reason.PAUSED),), sent=(a_text(NOON + HOUR),))
    assert only(again, MomentKind.NOT_SENT)[0].about.endswith("It went out later.")


def test_scores_pauses_closing_and_open_tasks_have_their_lines() -> None:
    measure = Measure("m", NOON, "phq-9", 17, complete=False, band="moderately_severe")
    paused = a_followup(paused_until=NOON + DAY, closed_at=NOON, closed_reason="transferred")
    task = Task("t", HUDSON, ADA, TaskKind.UNREAD_REPLY, "A text waits to be read.", NOON)
    moments = told(paused, task, measures=(measure,))
    assert only(moments, MomentKind.MEASURE)[0].title == "PHQ-9: 17"
    assert only(moments, MomentKind.PAUSE)[0].title == "Messages are paused until Wed Nov 25, 12:00 pm"
    assert [m.title for m in only(moments, MomentKind.FILE)] == ["File closed", "Enrolled"]
    assert only(moments, MomentKind.TASK)[0].title == "To do: Unread reply"


# ---- what is left out


def test_without_the_clinical_right_nothing_of_how_the_patient_is_remains() -> None:
    whole = History(
        a_followup(moods=((NOON, 2),), at_risk=True),
        a_patient(),
        sent=(a_text(), a_text(kind=Kind.MANUAL, touch="m"), a_text(kind=Kind.CRISIS, touch="c")),
        replies=(Reply("in-1", NOON, ADAS_PHONE, MARKUP, "mood", tier=Tier.RED),),
        measures=(Measure("m", NOON, "phq-9", 17, complete=True),),
        alerts=(resolved(an_alert(), "Ben", "referred", "a note", NOON),),
    )
    bare = bare_history(whole)
    assert (bare.measures, bare.followup.moods, bare.followup.at_risk) == ((), (), False)
    assert [sent.text for sent in bare.sent] == ["Hudson Clinic: how are you?", "", ""]
    assert (bare.replies[0].body, bare.replies[0].understood, bare.replies[0].tier) == ("", "", Tier.GREEN)
    assert (bare.alerts[0].reason, bare.alerts[0].note, bare.alerts[0].disposition) == ("", None, None)
    assert bare_history(bare) == bare
