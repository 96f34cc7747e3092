"""What the table's stream tells other systems: ids and codes, each fact once, under the same id again."""

import json
from typing import Any

import pytest

from aftercare.adapters.attributes import item
from aftercare.adapters.table_changes import facts_in
from aftercare.domain.errors import BadInput
from aftercare.usecases.answer_alert import acknowledge, resolve
from infra.local.quick_world import QuickWorld
from tests.building import ADAS_PHONE, BENS_PHONE, HUDSON, NOON, eastern
from tests.unit.usecases.alarmed import DANGER, a_rota, go_on, open_alerts, the_alert
from tests.unit.usecases.worlds import after_a_session, text

MS = int(NOON.timestamp() * 1000)
Row = dict[str, Any]


def change(new: Row | None, old: Row | None = None, pk: str = "hudson#pat-ada") -> dict[str, Any]:
    """Return one stream record; ``new`` and ``old`` are rows without their partition key."""
    images = {"NewImage": new, "OldImage": old}
    seen = {name: item({"pk": pk, **row}) for name, row in images.items() if row is not None}
    return {"dynamodb": {"ApproximateCreationDateTime": NOON.timestamp(), **seen}}


def told(new: Row | None, old: Row | None = None, pk: str = "hudson#pat-ada") -> list[dict[str, Any]]:
    """Return what is told, each with its name and without what every fact has."""
    found = []
    for fact in facts_in(change(new, old, pk)):
        detail = dict(fact["detail"])  # type: ignore[call-overload]
        meta = detail.pop("metadata")
        assert meta["clinic_id"] == "hudson"
        found.append({"fact": fact["detail-type"], "id": meta["event_id"], **detail})
    return found


SENT = {
    "sk": "FOLLOWUP#ses-1.day1",
    "at": MS,
    "session": "ses-1",
    "kind": "check_in",
    "channel": "sms",
    "language": "en",
    "revision": "0a1b2c3d",
    "provider_id": "msg-1",
    "to": ADAS_PHONE,
    "text": "How are you, Ada?",
}
ALERT = {
    "sk": "ALERT#pat-ada.alert.1",
    "v": 1,
    "tier": "red",
    "reason": "suicide",
    "state": "raised",
    "raised_at": MS,
    "rung": 0,
    "round_minutes": 0,
}
DELIVERY = {
    "sk": "DELIVERY#ses-1.day1",
    "at": MS,
    "channel": "sms",
    "state": "sent",
    "reason": "on_its_way",
}


def test_a_message_the_carrier_took_is_told_without_its_words_or_number() -> None:
    (fact,) = told(SENT)
    assert fact == {
        "fact": "TouchSent",
        "id": "TouchSent.ses-1.day1",
        "touch_id": "ses-1.day1",
        "patient_id": "pat-ada",
        "session_id": "ses-1",
        "kind": "check_in",
        "channel": "sms",
        "language": "en",
        "revision": "0a1b2c3d",
    }


def test_a_message_nobody_answered_for_is_told_as_not_sent() -> None:
    (fact,) = told({name: value for name, value in SENT.items() if name != "provider_id"})
    assert (fact["fact"], fact["reason"]) == ("TouchNotSent", "unconfirmed")


@pytest.mark.parametrize(
    ("before", "after", "facts"),
    [
        (None, [], []),
        (None, ["sms.care"], [("sms", "care", True)]),
        (["sms.care"], ["sms.care"], []),
        (["sms.care", "email.care"], ["email.care"], [("sms", "care", False)]),
        (["sms.care"], [], [("sms", "care", False)]),
        (
            ["sms.care"],
            ["email.education", "sms.education"],
            [("email", "education", True), ("sms", "care", False), ("sms", "education", True)],
        ),
    ],
)
def test_each_consent_that_changed_is_told_once(
    before: list[str] | None, after: list[str], facts: list[tuple[str, str, bool]]
) -> None:
    old = {"sk": "FOLLOWUP", "v": 6, "agreed": set(before) or None} if before is not None else None
    found = told({"sk": "FOLLOWUP", "v": 7, "agreed": set(after) or None}, old)
    assert [(f["channel"], f["purpose"], f["agreed"]) for f in found] == facts
    assert len({f["id"] for f in found}) == len(found)


def test_what_was_not_sent_is_told_touch_by_touch() -> None:
    touches = [
        {"touch": "ses-1.day1", "session": "ses-1", "kind": "check_in", "reason": "paused"},
        {"touch": "pat-ada.help.1", "session": "-", "kind": "help", "reason": "too_late"},
    ]
    found = told({"sk": "SETTLED#w-1", "at": MS, "touches": touches})
    assert [(f["touch_id"], f["session_id"], f["reason"]) for f in found] == [
        ("ses-1.day1", "ses-1", "paused"),
        ("pat-ada.help.1", None, "too_late"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "facts"),
    [
        (None, "sent", []),
        ("sent", "delivered", ["MessageDelivered"]),
        (None, "delivered", ["MessageDelivered"]),
        ("delivered", "delivered", []),
        ("sent", "failed_soft", ["MessageFailed"]),
        ("failed_soft", "failed_hard", ["MessageFailed"]),
        ("delivered", "complained", ["MessageFailed"]),
        (None, "unconfirmed", []),
    ],
)
def test_a_message_is_told_as_delivered_or_failed_when_that_changes(
    old: str | None, new: str, facts: list[str]
) -> None:
    found = told({**DELIVERY, "state": new}, {**DELIVERY, "state": old} if old else None)
    assert [fact["fact"] for fact in found] == facts


@pytest.mark.parametrize(
    ("old", "new", "facts"),
    [
        (None, {}, ["AlertRaised"]),
        ({}, {"v": 2, "rung": 1}, []),
        ({"rung": 1}, {"v": 3, "rung": 2}, ["AlertEscalated"]),
        ({"rung": 4}, {"v": 3, "rung": 5}, ["AlertEscalated"]),
        ({"rung": 5, "round_minutes": 0}, {"rung": 0, "round_minutes": 60}, []),
        ({"rung": 0, "round_minutes": 60}, {"rung": 1, "round_minutes": 60}, ["AlertEscalated"]),
        ({"tier": "amber"}, {"tier": "amber", "rung": 1}, []),
        ({"rung": 1}, {"rung": 1, "v": 3, "state": "acknowledged"}, ["AlertAcknowledged"]),
        ({"state": "acknowledged"}, {"state": "acknowledged", "v": 3}, []),
        ({}, {"state": "resolved", "disposition": "Reached"}, ["AlertResolved"]),
    ],
)
def test_an_alert_is_told_when_it_is_raised_escalated_acknowledged_and_resolved(
    old: Row | None, new: Row, facts: list[str]
) -> None:
    found = told({**ALERT, **new}, {**ALERT, **old} if old is not None else None)
    assert [fact["fact"] for fact in found] == facts
    assert all(fact["alert_id"] == "pat-ada.alert.1" for fact in found)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("reached", "reached"),
        ("Left message", "left_message"),
        ("no-answer", "no_answer"),
        ("Ada is at +12025550147", "other"),
        ("", "other"),
    ],
)
def test_how_an_alert_ended_leaves_as_a_code_never_as_what_was_typed(typed: str, code: str) -> None:
    (fact,) = told({**ALERT, "state": "resolved", "disposition": typed, "note": "Ada cried"}, ALERT)
    assert fact["disposition"] == code
    assert "Ada" not in json.dumps(fact)


def test_what_a_stranger_wrote_names_no_patient() -> None:
    row = {"sk": "STRAY#in-1", "at": MS, "from": BENS_PHONE, "body": DANGER}
    (fact,) = told(row, pk="hudson")
    assert (fact["patient_id"], fact["understood"]) == (None, "stray")
    assert told({**SENT, "kind": "crisis"}, pk="hudson#~shared") == []
    assert told({**DELIVERY, "state": "delivered"}, pk="hudson#~shared") == []
    assert told({**ALERT, "sk": "ALERT#~shared.alert.1"}, pk="hudson#~shared")[0]["patient_id"] is None


@pytest.mark.parametrize(
    "sk",
    ["TASK#x", "LINK", "NUMBER#+12025550147#pat-ada", "PAGE#a#0000#00#sms", "THREAD", "PATIENT", "CLINIC"],
)
def test_what_is_nobodys_business_is_not_told(sk: str) -> None:
    assert told({"sk": sk, "at": MS, "state": "open"}) == []


def test_what_was_stored_before_or_is_taken_away_is_not_told_again() -> None:
    assert told(None, SENT) == []
    assert told(SENT, SENT) == []
    reply = {"sk": "REPLY#in-1", "at": MS, "understood": "mood", "channel": "sms"}
    assert len(told(reply)) == 1
    assert told(reply, reply) == []


@pytest.mark.parametrize(
    "row",
    [
        {**SENT, "kind": "How are you"},
        {**SENT, "sk": f"FOLLOWUP#{ADAS_PHONE}"},
        {**ALERT, "reason": "She said so"},
        {**DELIVERY, "state": "failed_hard", "reason": "+12025550147"},
    ],
)
def test_a_row_that_holds_words_or_a_number_where_a_code_belongs_is_not_told(row: Row) -> None:
    with pytest.raises(BadInput):
        told(row)


def test_a_reply_whose_name_holds_a_number_is_told_by_its_hash() -> None:
    row = {"sk": f"REPLY#<{ADAS_PHONE}@mail>", "at": MS, "understood": "unread", "channel": "email"}
    (fact,) = told(row)
    assert "2025550147" not in json.dumps(fact)


# ---- a whole story


def _story() -> QuickWorld:
    world = after_a_session(a_rota())
    world.run_until(eastern("2026-11-24 12:00"))
    text(world, "7 C")
    text(world, DANGER)
    go_on(world, 20)
    acknowledge(HUDSON, the_alert(world).id, "Nurse Ben", world.ports)
    go_on(world, 70)
    for alert in open_alerts(world):
        resolve(HUDSON, alert.id, "Nurse Ben", "reached", "Ada is with her sister.", world.ports)
    text(world, "STOP")
    world.run_until(eastern("2026-12-10 12:00"))
    return world


def _facts(world: QuickWorld) -> list[dict[str, Any]]:
    return [json.loads(json.dumps(fact)) for record in world.records for fact in facts_in(record)]


def test_in_a_whole_story_every_fact_has_its_own_id_and_keeps_it_when_the_stream_repeats() -> None:
    world = _story()
    facts = _facts(world)
    ids = [fact["detail"]["metadata"]["event_id"] for fact in facts]
    assert len(set(ids)) == len(ids)
    assert _facts(world) == facts
    assert {fact["detail-type"] for fact in facts} >= {
        *("TouchSent", "ReplyReceived", "MeasureScored", "ConsentChanged"),
        *("AlertRaised", "AlertEscalated", "AlertAcknowledged", "AlertResolved"),
    }


def test_in_a_whole_story_nothing_of_what_a_patient_is_or_says_leaves() -> None:
    said = json.dumps(_facts(_story()))
    for secret in ("Ada", "Ben", "kill", "sister", "2025550", "@", "1990-01-31"):
        assert secret not in said


def _steps(facts: list[dict[str, Any]]) -> list[int]:
    return [fact["detail"]["step"] for fact in facts if fact["detail-type"] == "AlertEscalated"]


def test_in_a_whole_story_each_later_step_of_the_ladder_is_told_once_and_in_order() -> None:
    """Taken on after 20 minutes, not resolved within the hour: the steps count on from 60."""
    assert _steps(_facts(_story())) == [5, 10, 15, 60, 65, 70]
