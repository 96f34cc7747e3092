"""Everybody on the list was called and nobody came; then the patient is heard of again."""

from tests.behaviours.riverside import MINUTE, SIGNED, the_one
from tests.behaviours.visits import Riverside, riverside_opens

NOT_MONITORED = 'not_monitored_statement = { signed_by = "Dr. Cleo", signed_on = 2026-01-05 }'
# After the last step of the ladder, at 30 minutes, and before everybody is called anew, at 60.
ALL_CALLED, LATER_ON = "Tue 14:40", "Tue 14:50"


def test_while_nobody_comes_everybody_is_called_anew_each_hour(riverside: Riverside) -> None:
    ada = riverside.patient("Ada")
    ada.said("Tue 14:00", "I want to kill myself")
    riverside.until("Tue 16:35")
    steps = [60 * hour + step for hour in range(3) for step in (0, 5, 10, 15, 30)]
    assert [page["step"] for page in ada.pages()] == steps


def test_a_run_ends_though_nobody_ever_comes_once_everybody_was_called(riverside: Riverside) -> None:
    """Else a rehearsal with a forgotten alert would play for ever: the rounds that follow are all alike."""
    ada = riverside.patient("Ada")
    ada.said("Tue 14:00", "I want to kill myself")
    riverside.rehearsal.finish()
    assert [page["step"] for page in riverside.rows("page", alert_id=the_one(ada.alerts("red"))["id"])] == [
        *(0, 5, 10, 15, 30)
    ]


def test_after_a_quarter_of_an_hour_the_patient_is_told_that_nobody_has_come_yet(
    riverside: Riverside,
) -> None:
    """Reference 4.3: honest, with the crisis lines, and once."""
    ada = riverside.patient("Ada")
    told_at = ada.said("Tue 14:00", "I want to kill myself")
    riverside.until("Tue 17:00")
    answer, honest = ada.texts(since=told_at)
    assert 15 * MINUTE <= honest.at - told_at <= 16 * MINUTE
    assert ("988" in honest["body"], "911" in honest["body"]) == (True, True)
    assert answer["body"] != honest["body"]


def test_a_patient_who_wrote_while_no_carrier_worked_is_answered_when_one_does(riverside: Riverside) -> None:
    """Both the crisis text and the honest one, twenty minutes late: they stay true for an hour."""
    ada = riverside.patient("Ada")
    riverside.carrier("Tue 13:59", sms="down", email="down")
    told_at = ada.said("Tue 14:00", "I want to kill myself")
    riverside.carrier("Tue 14:20", sms="up", email="up")
    riverside.until("Tue 15:00")
    back_at = riverside.at("Tue 14:20")
    texts = ada.texts(since=told_at)
    assert [row["kind"] for row in texts] == ["crisis", "crisis"]
    assert all(back_at <= row.at <= back_at + 2 * MINUTE for row in texts)
    assert len(ada.tasks("not_delivered")) == 1


def test_a_patient_who_writes_again_after_everybody_was_called_has_everybody_called_again(
    riverside: Riverside,
) -> None:
    ada = riverside.patient("Ada")
    ada.said("Tue 14:00", "I want to kill myself")
    riverside.until(ALL_CALLED)
    told_at = ada.said(LATER_ON, "I still want to die")
    riverside.until("Tue 15:40")
    again = ada.pages(since=told_at)
    assert again[0].at - told_at <= MINUTE
    assert [page["step"] for page in again] == [60, 65, 70, 75, 90]
    assert len(ada.alerts("red")) == 1


def test_a_no_after_everybody_was_called_has_everybody_called_again(riverside: Riverside) -> None:
    ada = riverside.patient("Ada")
    ada.said("Tue 14:00", "I want to kill myself")
    riverside.until(ALL_CALLED)
    told_at = ada.said(LATER_ON, "no")
    riverside.until("Tue 14:54")
    assert the_one(ada.pages(since=told_at)).at - told_at <= MINUTE


def test_a_second_text_from_an_unknown_phone_has_everybody_called_again_too(riverside: Riverside) -> None:
    riverside.text("Tue 14:00", "+12025550177", "I want to kill myself")
    riverside.until(ALL_CALLED)
    told_at = riverside.text(LATER_ON, "+12025550177", "I still want to die")
    riverside.until("Tue 14:54")
    assert the_one(riverside.rows("page", since=told_at)).at - told_at <= MINUTE


def test_where_nobody_is_on_call_the_silence_of_a_patient_leaves_nothing_due_for_ever() -> None:
    """There is nobody to call: the dashboard shows the alert, which rests, and the sweep with it."""
    with riverside_opens(people="", more=f"{SIGNED}\n{NOT_MONITORED}") as clinic:
        ada = clinic.patient("Ada")
        ada.said("Tue 14:00", "I want to kill myself")
        clinic.until("Tue 14:30")
        logs = clinic.rehearsal.logs
        swept = logs.getvalue().count('"message":"minute_passed"')
        clinic.until("Tue 17:00")
        assert logs.getvalue().count('"message":"minute_passed"') == swept
        assert len(ada.alerts("red")) == 1
