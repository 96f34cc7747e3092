"""An alert is handed over before all else, and each minute again until somebody claims the work."""

from datetime import timedelta

from aftercare.domain.ids import AlertId, ClinicId, PatientId
from aftercare.domain.sweep import Due, SweepState, pace
from tests.building import NOON

MINUTE = timedelta(minutes=1)
CLINIC = ClinicId("hudson")
TOUCH = Due(CLINIC, PatientId("pat-ben"), NOON)
ALERT = Due(CLINIC, PatientId("pat-ada"), NOON, alert_id=AlertId("pat-ada.alert.1"))


def test_an_alert_stands_in_line_behind_nobody() -> None:
    handed, _ = pace([TOUCH, ALERT], SweepState(), 1.0, NOON)
    assert [one.alert_id for one in handed] == [ALERT.alert_id, None]
    assert handed[0].delay_seconds == 0


def test_an_alert_that_nobody_has_claimed_is_handed_over_again_and_a_touch_is_not() -> None:
    _, state = pace([TOUCH, ALERT], SweepState(), 1.0, NOON)
    handed, _ = pace([TOUCH, ALERT], state, 1.0, NOON + MINUTE)
    assert [one.alert_id for one in handed] == [ALERT.alert_id]
