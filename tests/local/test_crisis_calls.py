"""How many AWS calls stand between a patient's words and the answer that may save them: at most eight."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from infra.local.aws_texts import inbound_text
from tests.behaviours.riverside import PEOPLE, a_text
from tests.local.fault_stories import AFTERNOON, DYING, MAILS, TEXTS, UNKNOWN_PHONE
from tests.local.struck_clinic import Stage, Struck

EXAMPLE = Path(__file__).parents[1] / "events" / "reply_received.json"
# Of the issue: from the handler's start to the hand-over of the crisis text.
MOST = 8
TEXT, MAIL = "pinpoint-sms-voice-v2.send_text_message", "sesv2.send_email"
STORED = "dynamodb.transact_write_items"


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    shared = Stage()
    yield shared
    shared.close()


def until(struck: Struck, call: str) -> int:
    """Count the calls up to and including one."""
    return struck.wire.made.index(call) + 1


def cold(stage: Stage, act: Callable[[Struck], None], function: str = TEXTS) -> Struck:
    """Let something arrive at a function that has just started and remembers nothing."""
    struck = stage.at(AFTERNOON, None, [function])
    struck.calm(act)
    return struck


def warm(stage: Stage, body: str) -> Struck:
    """Let a text arrive at a function that took another one in the same minute, and nothing else since."""
    struck = stage.at(AFTERNOON, None, [TEXTS])

    def arrive_in_turn(clinic: Struck) -> None:
        for number, (phone, words) in enumerate([(PEOPLE["Ben"][0], "Thank you!"), (PEOPLE["Ada"][0], body)]):
            clinic.wire.arm()
            text = inbound_text(a_text(phone, words, None), f"in-{number}", None)
            example = json.loads(EXAMPLE.read_text(encoding="utf-8"))["Records"][0]
            notice = {**json.loads(example["body"]), "Message": json.dumps(text)}
            record = {**example, "messageId": f"m-{number}", "body": json.dumps(notice)}
            clinic.rehearsal.cloud.invoke(TEXTS, {"Records": [record]})

    struck.after(arrive_in_turn)
    return struck


def test_a_crisis_text_is_answered_after_seven_calls_from_a_cold_start(stage: Stage) -> None:
    assert until(cold(stage, lambda s: s.arrives(DYING)), TEXT) == 7 <= MOST


def test_a_crisis_text_is_answered_after_five_calls_once_warm(stage: Stage) -> None:
    assert until(warm(stage, DYING), TEXT) == 5


def test_stop_in_a_crisis_costs_no_more(stage: Stage) -> None:
    assert until(cold(stage, lambda s: s.arrives("STOP I want to die")), TEXT) == 7


@pytest.mark.parametrize("phone", [PEOPLE["Ben"][0], UNKNOWN_PHONE], ids=["shared", "unknown"])
def test_a_crisis_from_a_phone_of_nobody_in_particular_takes_eight(phone: str, stage: Stage) -> None:
    assert until(cold(stage, lambda s: s.arrives(DYING, phone)), TEXT) == 8 <= MOST


def test_a_mail_in_crisis_is_answered_by_mail_after_seven(stage: Stage) -> None:
    assert until(cold(stage, lambda s: s.mails(DYING), MAILS), MAIL) == 7 <= MOST


def test_the_second_crisis_text_of_an_episode_takes_eight(stage: Stage) -> None:
    def again_after_half_an_hour(struck: Struck) -> None:
        struck.arrives(DYING)
        struck.live_until(struck.rehearsal.clock.now() + timedelta(minutes=31))
        struck.wire.arm()
        struck.arrives("I still want to die", sms_id="in-2")

    assert until(cold(stage, again_after_half_an_hour), TEXT) == 8 <= MOST


def test_the_first_person_is_called_within_six_more(stage: Stage) -> None:
    struck = cold(stage, lambda s: s.arrives(DYING))
    texts = [n for n, call in enumerate(struck.wire.made, start=1) if call == TEXT]
    assert texts == [7, 12]


@pytest.mark.parametrize("body", ["7", "Can I move my visit?", "STOP", "HELP"])
def test_an_ordinary_reply_is_stored_after_three_calls_once_warm(body: str, stage: Stage) -> None:
    assert until(warm(stage, body), STORED) == 3
    assert until(cold(stage, lambda s: s.arrives(body)), STORED) == 5
