"""The lines a rehearsal writes about pages, alerts and events; and whose they are when they are nobody's."""

from tests.local.desk import Desk

NURSE = "+12025550101"


# ---- pages


def test_a_page_is_told_as_a_page_whichever_way_it_went(desk: Desk) -> None:
    ids = {"clinic": "riverside", "alert": "pat-ada.alert.1", "step": "5"}
    desk.sends_text("Safety alert. Sign in.", to=NURSE, **ids)
    desk.sends_mail("Safety alert. Sign in.", to="nora@riverside.example.org", **ids)
    page = {"body": "Safety alert. Sign in.", "alert_id": "pat-ada.alert.1", "step": 5}
    assert desk.rows("page") == [
        {"to": NURSE, "channel": "sms", **page},
        {"to": "nora@riverside.example.org", "channel": "email", **page},
    ]
    assert desk.rows("sms") == desk.rows("email") == []


def test_a_text_to_a_patient_that_names_an_alert_is_still_a_text(desk: Desk) -> None:
    desk.sends_text("We will call you.", patient="pat-ada", touch="pat-ada.crisis.1", alert="a", step="0")
    assert [row["touch_id"] for row in desk.rows("sms")] == ["pat-ada.crisis.1"]
    assert desk.rows("page") == []


# ---- alerts


def test_an_alert_is_told_when_raised_and_when_its_state_tier_or_reason_changes(desk: Desk) -> None:
    alert_id = "pat-ada.alert.1"
    desk.raises_alert(alert_id, "pat-ada", tier="amber")
    desk.raises_alert(alert_id, "pat-ada", tier="amber", paged="one")
    desk.raises_alert(alert_id, "pat-ada", paged="one")
    desk.raises_alert(alert_id, "pat-ada", reason="item_nine", paged="two")
    desk.raises_alert(alert_id, "pat-ada", reason="item_nine", state="acknowledged")
    about = {"id": alert_id, "patient_id": "pat-ada"}
    assert desk.rows("alert") == [
        {**about, "tier": "amber", "reason": "crisis_words", "state": "raised"},
        {**about, "tier": "red", "reason": "crisis_words", "state": "raised"},
        {**about, "tier": "red", "reason": "item_nine", "state": "raised"},
        {**about, "tier": "red", "reason": "item_nine", "state": "acknowledged"},
    ]


def test_what_is_kept_under_an_alert_is_no_alert(desk: Desk) -> None:
    desk.stores("riverside#pat-ada", "ALERT#pat-ada.alert.1#PAGE#5", to=NURSE)
    assert desk.rows("alert") == []


def test_what_belongs_to_no_single_patient_names_none(desk: Desk) -> None:
    desk.raises_alert("~shared.alert.1", "~shared")
    desk.stores("~unknown#+12025550150", "ALERT#x.alert.2", tier="amber", reason="stray", state="raised")
    desk.sends_text("Help is here.", patient="~shared", touch="~shared.crisis.1")
    desk.stores("riverside", "TASK#1", patient="~shared", kind="shared_number", reason="Read it.")
    desk.stores("riverside", "TASK#2", patient="-", kind="unknown_number", reason="Read it.")
    for kind in ("alert", "sms", "task"):
        assert {row["patient_id"] for row in desk.rows(kind)} == {None}, kind
    assert len(desk.rows("alert")) == len(desk.rows("task")) == 2


# ---- events


def test_our_own_events_are_told_as_they_were_put_and_others_are_not(desk: Desk) -> None:
    desk.puts_event("AlertRaised")
    desk.puts_event("SessionScheduled", source="ehr")
    told = {"source": "aftercare", "detail-type": "AlertRaised", "detail": {"alert_id": "a"}}
    assert desk.rows("event") == [told]


def test_lines_stand_in_the_order_in_which_things_happened(desk: Desk) -> None:
    desk.raises_alert("pat-ada.alert.1", "pat-ada")
    desk.sends_text("Sign in.", to=NURSE, alert="pat-ada.alert.1", step="0")
    desk.puts_event("AlertRaised")
    kinds = [name for line in desk.rehearsal.transcript.lines for name in line if name != "at"]
    assert kinds == ["alert", "page", "event"]
