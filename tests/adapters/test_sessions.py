"""Whose session is whose, on every kind of client."""

from typing import Any

from aftercare.adapters.dynamodb_sessions import DynamoDbSessions, new_sessions
from aftercare.adapters.followup_item import to_item
from aftercare.domain.followup import Followup
from aftercare.domain.ids import ClinicId, SessionId
from tests.adapters.table_lanes import TABLE
from tests.building import ADA, BEN, HUDSON, NOON, a_followup, completed, scheduled

ONE, TWO = SessionId("ses-1"), SessionId("ses-2")


def test_a_session_leads_to_its_patient_and_noting_it_twice_changes_nothing(client: Any) -> None:
    sessions = DynamoDbSessions(client, TABLE)
    for _ in range(2):
        sessions.note(HUDSON, ADA, [ONE, TWO, ONE])
    assert sessions.whose(HUDSON, ONE) == [ADA]
    assert sessions.whose(HUDSON, SessionId("ses")) == []


def test_one_name_may_be_two_patients_and_another_clinics_is_nobodys(client: Any) -> None:
    sessions = DynamoDbSessions(client, TABLE)
    sessions.note(HUDSON, ADA, [ONE])
    sessions.note(HUDSON, BEN, [ONE])
    assert sorted(sessions.whose(HUDSON, ONE)) == [ADA, BEN]
    assert sessions.whose(ClinicId("elsewhere"), ONE) == []


def a_record(new: Followup, old: Followup | None = None) -> dict[str, Any]:
    image = to_item(new, "w", None)
    change: dict[str, Any] = {"Keys": {"pk": image["pk"], "sk": image["sk"]}, "NewImage": image}
    if old is not None:
        change["OldImage"] = to_item(old, "w", None)
    return {"dynamodb": change}


def test_only_sessions_that_a_write_has_brought_are_noted() -> None:
    before, after = a_followup(completed(NOON)), a_followup(completed(NOON), scheduled(NOON, 2))
    assert new_sessions([a_record(before)]) == {(HUDSON, ADA): [ONE]}
    assert new_sessions([a_record(after, before)]) == {(HUDSON, ADA): [TWO]}
    assert new_sessions([a_record(after, after)]) == {}
    other = {"dynamodb": {"Keys": {"pk": {"S": "hudson#pat-ada"}, "sk": {"S": "PATIENT"}}}}
    assert new_sessions([other, {"dynamodb": {**a_record(before)["dynamodb"], "NewImage": {}}}]) == {}
