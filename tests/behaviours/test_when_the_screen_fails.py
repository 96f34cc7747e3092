"""A screen that fails must not swallow a text: behaviour 4."""

import pytest

from aftercare.domain.errors import BadInput
from aftercare.domain.screen_lexicon import Lexicon
from aftercare.usecases import take_reply
from tests.behaviours.riverside import MINUTE
from tests.behaviours.visits import Riverside


@pytest.fixture
def _broken_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the screen fail for every text: its files cannot be read, as after a bad deployment."""

    def unreadable() -> Lexicon:
        raise BadInput("screen", "half a file", "a lexicon", "content/screen")

    monkeypatch.setattr(take_reply, "load_screen", unreadable)


pytestmark = pytest.mark.usefixtures("_broken_screen")


def test_a_text_is_amber_paged_and_kept_when_the_screen_fails(riverside: Riverside) -> None:
    """Behaviour 4: harmless or not, nobody knows, so a person must look; the text is on record."""
    ada = riverside.patient("Ada")
    told_at = ada.said("Tue 14:00", "Can we move my visit to Friday?")
    riverside.until("Tue 14:04")
    assert "screen_failed" in ada.reasons("amber") | ada.reasons("red")
    assert ada.alerts()[0].at - told_at <= MINUTE
    assert ada.pages() != []
    assert len(riverside.facts("ReplyReceived", ada.id)) == 1


def test_two_texts_while_the_screen_fails_are_both_kept(riverside: Riverside) -> None:
    """Behaviour 4: never lost, and a repeated delivery is still one text."""
    ada = riverside.patient("Ada")
    ada.said("Tue 14:00", "I want to kill myself", sms_id="sms-1")
    ada.said("Tue 14:00:30", "I want to kill myself", sms_id="sms-1")
    ada.said("Tue 14:01", "Please answer", sms_id="sms-2")
    riverside.until("Tue 14:04")
    assert len(riverside.facts("ReplyReceived", ada.id)) == 2
    assert ada.alerts() != []


def test_stop_still_stops_when_the_screen_fails(riverside: Riverside) -> None:
    """Behaviours 4 and 23: the law does not wait for the screen."""
    ada = riverside.patient("Ada")
    told_at = ada.said("Tue 14:00", "STOP")
    ada.goes_home("Tue 16:00")
    riverside.until("Tue 19:00")
    assert [row["kind"] for row in ada.texts(since=told_at)] == ["opt_out"]
