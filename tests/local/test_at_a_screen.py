"""What patients and staff do at a screen, where no event of AWS's stands between them and a use case."""

from datetime import timedelta

from tests.local.desk import NINE, Desk, refusals

# ---- forms


def test_a_form_is_opened_by_the_link_in_the_latest_message_that_has_one(desk: Desk) -> None:
    desk.sends_text("Your form: https://care.example/f/first-secret_1", patient="pat-ada", touch="t1")
    desk.sends_mail("Your form:\nhttps://care.example/f/second-2.\n", patient="pat-ada", touch="t2")
    desk.sends_text("See you soon", patient="pat-ada", touch="t3")
    answers = {"phq9_1": 1}
    for touch_id in ("last:pat-ada", "t1", "t3"):
        desk.play("form", touch_id=touch_id, birth_date="1990-01-31", answers=answers)
    assert desk.seen == [("second-2", answers, NINE), ("first-secret_1", answers, NINE)]
    assert [line for line, _ in refusals(desk)] == [3]


def test_a_wrong_birth_date_is_refused_and_the_run_goes_on(desk: Desk) -> None:
    desk.sends_text("https://care.example/f/secret", patient="pat-ada", touch="t1")
    desk.play("form", touch_id="t1", birth_date="1990-01-30", answers={})
    assert desk.seen == []
    assert refusals(desk) == [(1, "birth_date: found '1990-01-30'; allowed: the patient's own")]


# ---- staff


def test_staff_take_up_the_newest_alert_that_is_not_resolved(desk: Desk) -> None:
    desk.raises_alert("pat-ada.alert.1", "pat-ada")
    desk.raises_alert("pat-ada.alert.2", "pat-ada", state="acknowledged")
    desk.raises_alert("pat-ada.alert.3", "pat-ada", state="resolved")
    desk.raises_alert("pat-ben.alert.4", "pat-ben")
    desk.play("staff", do="acknowledge", alert_id="open:pat-ada", by="Lena")
    desk.play("staff", do="acknowledge", alert_id="pat-ada.alert.1", by="Tomas")
    assert [call[:3] for call in desk.seen] == [
        ("riverside", "pat-ada.alert.2", "Lena"),
        ("riverside", "pat-ada.alert.1", "Tomas"),
    ]


def test_what_staff_do_runs_with_the_variables_the_clock_and_the_table_of_the_service(desk: Desk) -> None:
    desk.raises_alert("pat-ada.alert.1", "pat-ada")
    later = NINE + timedelta(minutes=7)
    desk.play("staff", later, do="acknowledge", alert_id="open:pat-ada", by="Lena")
    assert desk.seen[0][3:] == (later, "https://care.example")
    assert [row["state"] for row in desk.rows("alert")] == ["raised", "acknowledged"]


def test_an_alert_cannot_be_closed_without_a_note(desk: Desk) -> None:
    desk.raises_alert("pat-ada.alert.1", "pat-ada")
    desk.play("staff", do="resolve", alert_id="open:pat-ada", by="Lena", disposition="safe", note=None)
    desk.play("staff", do="resolve", alert_id="open:pat-ada", by="Lena", disposition="safe", note="Spoke.")
    assert desk.seen == [("riverside", "pat-ada.alert.1", "Lena", "safe", "Spoke.")]
    assert refusals(desk) == [(1, "note: found ''; allowed: what was done, in words")]


def test_an_alert_that_is_not_there_is_refused(desk: Desk) -> None:
    desk.play("staff", do="acknowledge", alert_id="open:pat-ada", by="Lena")
    desk.play("staff", do="acknowledge", alert_id="no-such", by="Lena")
    assert [line for line, _ in refusals(desk)] == [1, 2]


def test_the_alert_of_a_shared_phone_has_a_name_of_its_own(desk: Desk) -> None:
    desk.raises_alert("~shared.alert.1", "~shared")
    desk.play("staff", do="resolve", alert_id="open:~shared", by="Lena", disposition="safe", note="Spoke.")
    assert desk.seen[0][:2] == ("riverside", "~shared.alert.1")
