"""Nothing without a yes, nothing at a bad hour, nothing twice: behaviours 26, 27 and 28."""

from collections import Counter
from datetime import time
from zoneinfo import ZoneInfo

import pytest

from tests.behaviours.riverside import ANY_HOUR, CHICAGO, HONOLULU, LOS_ANGELES, NEW_YORK, PROGRAM, the_one
from tests.behaviours.visits import Patient, Riverside, riverside_opens

CARE = PROGRAM - {"education"}


def _all_at_a_decent_hour(patient: Patient, at_least: int) -> None:
    zone = ZoneInfo(patient.zone)
    held = [row for row in patient.texts() if row["kind"] not in ANY_HOUR]
    assert len(held) >= at_least
    clocks = [row.at.astimezone(zone) for row in held]
    assert [at.isoformat() for at in clocks if not time(9) <= at.time() < time(20)] == []


# ---- consent


def test_without_any_yes_nothing_leaves_and_the_reason_is_kept(riverside: Riverside) -> None:
    """Behaviour 26: every touch of the visit ends with no_consent."""
    ada = riverside.patient("Ada", consents=())
    ada.goes_home("Mon 12:00")
    riverside.until("2026-12-20 12:00")
    assert ada.rows("sms", "email") == []
    assert {row["reason"] for row in ada.rows("not_sent")} == {"no_consent"}


def test_a_yes_to_care_is_no_yes_to_learning(riverside: Riverside) -> None:
    """Behaviour 26: purpose by purpose."""
    ada = riverside.patient("Ada", consents=("sms care",))
    ada.goes_home("Mon 12:00")
    riverside.until("Sat 12:00")
    assert ada.rows("sms", "email", kind="education") == []
    assert the_one(ada.rows("not_sent", kind="education"))["reason"] == "no_consent"
    assert ada.texts("check_in") != []


def test_a_yes_to_mail_is_no_yes_to_texts(riverside: Riverside) -> None:
    """Behaviour 26: channel by channel."""
    dora = riverside.patient("Dora", email="dora@example.org", consents=("email care",))
    dora.goes_home("Mon 12:00")
    riverside.until("Thu 20:00")
    assert dora.texts() == []
    assert {row["kind"] for row in dora.rows("email")} >= {"safety", "check_in"}


def test_a_yes_that_has_lapsed_is_no_yes(riverside: Riverside) -> None:
    """Behaviour 26: it holds to the end of its last day, Tuesday, and not on Wednesday."""
    ada = riverside.patient("Ada", expires_on="2026-11-10")
    ada.goes_home("Mon 12:00")
    home_at = ada.goes_home("Wed 12:00", number=2)
    riverside.until("Sat 12:00")
    assert [row.wall(NEW_YORK)[:10] for row in ada.texts("check_in")] == ["2026-11-09", "2026-11-10"]
    assert ada.texts(since=home_at) == []
    late = [row for row in ada.rows("not_sent", session_id=ada.session_id(2)) if row["kind"] in CARE]
    assert late != []
    assert {row["reason"] for row in late} == {"consent_expired"}


def test_a_yes_taken_back_at_the_desk_counts_from_that_second(riverside: Riverside) -> None:
    """Behaviours 25 and 26: a minute before the check-in is due."""
    ada = riverside.patient("Ada")
    ada.goes_home("Mon 12:00")
    at = ada.at("Mon 15:59")
    said = {"channel": "all", "purpose": "all", "withdrawn_at": at.isoformat(), "recorded_by": "Front desk"}
    riverside.event(at, "ConsentWithdrawn", {"patient_id": ada.id, **said})
    riverside.until("2026-12-20 12:00")
    assert ada.texts(*PROGRAM, since=at) == []
    dropped = [row for row in ada.rows("not_sent", since=at) if row["kind"] in CARE]
    assert {row["reason"] for row in dropped} == {"consent_withdrawn"}


# ---- hours


@pytest.mark.parametrize("zone", [LOS_ANGELES, CHICAGO, HONOLULU, "America/St_Johns"])
def test_a_patient_in_another_zone_hears_from_us_between_nine_and_eight(
    riverside: Riverside, zone: str
) -> None:
    """Behaviour 27: home at ten to five, so the evening is short, and a month of follow-up."""
    ada = riverside.patient("Ada", zone=zone)
    ada.books("Mon 15:30")
    ada.goes_home("Mon 16:50")
    riverside.until("2026-12-20 12:00")
    _all_at_a_decent_hour(ada, at_least=6)


@pytest.mark.parametrize("zone", [NEW_YORK, LOS_ANGELES])
@pytest.mark.parametrize(
    ("opened", "enrolled", "home"),
    [
        ("2026-10-05 09:00", "2026-10-05 12:30", "2026-10-31 15:30"),
        ("2026-02-09 09:00", "2026-02-09 12:30", "2026-03-07 15:30"),
    ],
    ids=["the clocks go back", "the clocks go forward"],
)
def test_the_night_the_clocks_change_moves_nothing_out_of_the_day(
    zone: str, opened: str, enrolled: str, home: str
) -> None:
    """Behaviour 27: home on the Saturday; the day after keeps its hour on the wall."""
    with riverside_opens(opened=opened) as riverside:
        ada = riverside.patient("Ada", enrolled=enrolled, zone=zone)
        home_at = ada.goes_home(home)
        riverside.rehearsal.finish()
        _all_at_a_decent_hour(ada, at_least=4)
        sunday = [row for row in ada.texts("check_in") if row["touch_id"].endswith(".day1")]
        assert the_one(sunday).wall(zone)[11:13] in ("14", "15", "16")
        assert the_one(ada.texts("safety")).at >= home_at


def test_a_late_visit_gets_its_no_driving_text_at_once_and_no_question_at_night(riverside: Riverside) -> None:
    """Behaviour 27: home at half past eight; the safety text is exempt, the check-in is not."""
    ada = riverside.patient("Ada")
    ada.goes_home("Tue 20:30")
    riverside.until("Wed 08:59")
    assert [row["kind"] for row in ada.texts("safety", "check_in", "measure", "education")] == ["safety"]


# ---- later, cancelled and moved visits


def test_a_later_visit_takes_over_what_the_earlier_one_still_had_to_ask(riverside: Riverside) -> None:
    """Behaviour 28: third-day and weekly texts of Monday's visit go, each touch ends once."""
    ada = riverside.patient("Ada")
    ada.goes_home("Mon 12:00", number=1)
    second_at = ada.goes_home("Wed 12:00", number=2)
    riverside.until("2026-12-20 12:00")
    assert ada.texts(since=second_at) != []
    first = [row for row in ada.texts(since=second_at) if row["session_id"] == ada.session_id(1)]
    assert [row["touch_id"] for row in first if row["kind"] in ("check_in", "measure")] == []
    gone = [row["reason"] for row in ada.rows("not_sent", session_id=ada.session_id(1), since=second_at)]
    assert gone.count("superseded") >= 3
    ended = Counter(row["touch_id"] for row in ada.rows("sms", "email", "not_sent"))
    assert {touch_id: times for touch_id, times in ended.items() if times > 1} == {}


def test_a_cancelled_visit_reminds_nobody(riverside: Riverside) -> None:
    """Behaviour 28: its touches go, with the reason."""
    ada = riverside.patient("Ada")
    ada.books("2026-11-17 11:00")
    at = ada.at("Tue 12:00")
    about = {"session_id": ada.session_id(), "patient_id": ada.id}
    riverside.event(at, "SessionCancelled", about)
    riverside.until("2026-12-20 12:00")
    assert ada.texts(*PROGRAM, since=at) == []
    assert {row["reason"] for row in ada.rows("not_sent", since=at)} == {"session_cancelled"}


def test_a_moved_visit_is_reminded_of_at_its_new_hour_only(riverside: Riverside) -> None:
    """Behaviour 28: three days and one day before the new start, each once."""
    ada = riverside.patient("Ada")
    ada.books("2026-11-17 11:00")
    new_start = ada.at("2026-11-19 15:00").isoformat()
    about = {"session_id": ada.session_id(), "patient_id": ada.id, "starts_at": new_start}
    riverside.event(ada.at("Tue 12:00"), "SessionMoved", about)
    riverside.until("2026-11-19 14:00")
    reminders = [row.wall(NEW_YORK) for row in ada.texts("reminder")]
    assert [wall[:13] for wall in reminders] == ["2026-11-16 15", "2026-11-18 15"]
