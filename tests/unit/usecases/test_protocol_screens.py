from datetime import date

import pytest

from aftercare.domain.errors import BadInput, NotAllowed, NotFound
from aftercare.domain.ids import ProtocolId
from aftercare.usecases.preview_protocol import preview_protocol
from aftercare.usecases.see_words import see_words
from tests.building import IV, a_clinic
from tests.unit.usecases.desks import CARMEN_OF_ELSEWHERE, FRONT_DESK, audited, desk_of, staff
from tests.unit.usecases.worlds import open_world

START = date(2026, 12, 1)


def test_the_front_desk_looks_at_a_calendar_and_its_words_and_both_are_in_the_trail() -> None:
    world = open_world()
    desk = desk_of(world)
    calendar = preview_protocol(FRONT_DESK, desk, IV, START, by="dashboard")
    assert calendar.visits[0].starts_at.astimezone(a_clinic().zone).date() == START
    assert {t.words_id for t in calendar.touches if t.goes} >= {"evening", "day1", "E1"}
    assert see_words(FRONT_DESK, desk, "evening", by="dashboard")[0].sms.startswith("Hudson Clinic")
    trail = {entry[1::2] for entry in audited(world, desk)}
    assert trail == {("saw_protocol", IV), ("saw_words", "evening")}


@pytest.mark.parametrize("start", [date.min, date.max, date(2024, 1, 1), date(2029, 1, 1)])
def test_a_calendar_years_away_is_refused(start: date) -> None:
    with pytest.raises(BadInput, match="start"):
        preview_protocol(FRONT_DESK, desk_of(open_world()), IV, start, by="api")


def test_a_protocol_or_message_that_does_not_exist_is_not_found() -> None:
    desk = desk_of(open_world())
    with pytest.raises(NotFound):
        preview_protocol(FRONT_DESK, desk, ProtocolId("../x"), START, by="api")
    with pytest.raises(NotFound):
        see_words(FRONT_DESK, desk, "\ud800", by="api")


def test_nobody_of_a_clinic_that_is_not_set_up_or_without_the_right_sees_any() -> None:
    desk = desk_of(open_world())
    with pytest.raises(NotFound):
        preview_protocol(CARMEN_OF_ELSEWHERE, desk, IV, START, by="api")
    nobody = staff()
    nobody = type(nobody)(nobody.id, nobody.name, frozenset(), nobody.clinic_id)
    with pytest.raises(NotAllowed):
        preview_protocol(nobody, desk, IV, START, by="api")
    with pytest.raises(NotAllowed):
        see_words(nobody, desk, "evening", by="api")
