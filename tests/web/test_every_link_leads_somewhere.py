"""Every link that somebody sees leads somewhere, and the front desk and the owner see no patient's words."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from tests.web.odd_people import MARKUP
from tests.web.walking import Walk, walk

ROLES = ("nora", "lena", "fay", "owen")
# Shorter words are in any page: "ok", "7".
_TELLING = 7
_SCREENS = {
    "nora": {"/now", "/patients", "/outcomes", "/protocols", "/settings"},
    "lena": {"/now", "/patients", "/outcomes", "/protocols", "/settings"},
    "fay": {"/now", "/patients", "/protocols"},
    "owen": {"/now", "/patients", "/outcomes", "/protocols", "/settings", "/audit"},
}


@pytest.fixture(scope="module")
def walks(clinic: Any) -> Mapping[str, Walk]:
    return {who: walk(clinic, who) for who in ROLES}


@pytest.mark.parametrize("who", ROLES)
def test_every_link_leads_somewhere(walks: Mapping[str, Walk], who: str) -> None:
    found = walks[who]
    dead = {path: (one.status, found.linked[path]) for path, one in found.pages.items() if one.status >= 400}
    assert dead == {}
    assert found.lost == []


@pytest.mark.parametrize("who", ROLES)
def test_everybody_is_offered_the_screens_of_their_role_and_no_others(
    walks: Mapping[str, Walk], who: str
) -> None:
    tops = {path for path in walks[who].pages if re.fullmatch(r"/[a-z]+", path)}
    assert tops == _SCREENS[who]


@pytest.mark.parametrize("who", ["fay", "owen"])
def test_who_does_not_care_for_patients_sees_none_of_their_words(
    clinic: Any, walks: Mapping[str, Walk], who: str
) -> None:
    said = {" ".join(one.body.split()) for one in clinic.read(lambda world: list(world.said))}
    telling = {one for one in said if len(one) >= _TELLING} | {MARKUP, "I want to die"}
    assert len(telling) > 30
    told = {(path, one) for path, words in walks[who].words() for one in telling if one in words}
    assert told == set()


@pytest.mark.parametrize("who", ["fay", "owen"])
def test_who_does_not_care_for_patients_sees_no_score_of_one_patient(
    walks: Mapping[str, Walk], who: str
) -> None:
    patients = [(path, words) for path, words in walks[who].words() if path.startswith(("/patients", "/now"))]
    assert len(patients) > 30
    clinical = ("moderately severe", "PHQ-9 item 9", "Words about", "Mood is", "before treatment")
    assert [(path, one) for path, words in patients for one in clinical if one in words] == []


def test_the_nurse_sees_what_the_front_desk_does_not(walks: Mapping[str, Walk]) -> None:
    words = dict(walks["nora"].words())
    assert "Can I have my visit in the afternoon next time?" in words["/now"]
    assert "moderately severe" in words["/patients/pat-35"]
