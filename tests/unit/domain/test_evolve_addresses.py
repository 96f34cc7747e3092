"""What news of a patient's name, language or addresses changes."""

from dataclasses import replace
from datetime import datetime

import pytest

from aftercare.domain.consent import ALL_KEYS, Channel
from aftercare.domain.evolve import Change, Unchanged, evolve
from aftercare.domain.records import Number
from tests.building import ADAS_MAIL, ADAS_PHONE, BENS_PHONE, ENROLLED_AT, NOON, a_followup, changed
from tests.unit.domain.evolving import ADA, LATER, MINUTE, change, standing

ALL_AGREED = a_followup()


def test_a_change_reaches_the_contact_and_the_stored_patient() -> None:
    found = change(changed(LATER, language="es", time_zone="America/Chicago"))
    assert (found.followup.contact.language, found.followup.contact.time_zone) == ("es", "America/Chicago")
    assert found.records == (replace(ADA, language="es", time_zone="America/Chicago"),)


@pytest.mark.parametrize(
    ("field", "value", "void", "kept"),
    [
        ("phone", BENS_PHONE, Channel.SMS, Channel.EMAIL),
        ("phone", None, Channel.SMS, Channel.EMAIL),
        ("email", "ada.new@example.org", Channel.EMAIL, Channel.SMS),
        ("email", None, Channel.EMAIL, Channel.SMS),
    ],
)
def test_a_new_address_voids_every_consent_that_was_given_for_the_old_one(
    field: str, value: object, void: Channel, kept: Channel
) -> None:
    after = change(changed(LATER, **{field: value})).followup
    assert {key[0] for key in ALL_KEYS if standing(after, key) == [False]} == {void}
    assert {key[0] for key in ALL_KEYS if standing(after, key) == [True]} == {kept}


@pytest.mark.parametrize("same", [{"phone": ADAS_PHONE}, {"email": ADAS_MAIL}, {"language": "es"}])
def test_what_is_no_new_address_voids_nothing(same: dict[str, object]) -> None:
    after = change(changed(LATER, **same)).followup
    assert standing(after, *ALL_KEYS) == [True] * 4


def test_a_new_number_takes_the_place_of_the_old_one() -> None:
    assert set(change(changed(LATER, phone=BENS_PHONE)).records) == {
        replace(ADA, phone=BENS_PHONE),
        Number(ADAS_PHONE, gone=True),
        Number(BENS_PHONE),
    }
    assert set(change(changed(LATER, phone=None)).records) == {
        replace(ADA, phone=None),
        Number(ADAS_PHONE, gone=True),
    }


def test_a_new_mail_address_takes_the_place_of_the_old_one() -> None:
    assert set(change(changed(LATER, email="ada.b@example.org")).records) == {
        replace(ADA, email="ada.b@example.org"),
        Number(ADAS_MAIL, gone=True),
        Number("ada.b@example.org"),
    }


def test_an_address_that_took_no_messages_is_tried_again_when_it_is_mended() -> None:
    silent = a_followup(unreachable=frozenset(Channel))
    assert change(changed(LATER, phone=BENS_PHONE), silent).followup.unreachable == {Channel.EMAIL}
    assert change(changed(LATER, email="ada.b@example.org"), silent).followup.unreachable == {Channel.SMS}
    assert change(changed(LATER, language="es"), silent).followup.unreachable == set(Channel)


@pytest.mark.parametrize("at", [ENROLLED_AT, ENROLLED_AT - MINUTE])
def test_a_change_from_before_the_enrolment_changes_nothing(at: datetime) -> None:
    assert isinstance(evolve(a_followup(), ADA, changed(at, language="es"), NOON), Unchanged)


def test_of_two_changes_of_a_field_the_one_that_happened_later_wins() -> None:
    newer = change(changed(LATER, language="es"))
    older = evolve(newer.followup, newer.records[0], changed(LATER - MINUTE, "evt-old", language="en"), NOON)
    assert isinstance(older, Unchanged)
    beside = evolve(
        newer.followup, newer.records[0], changed(LATER - MINUTE, "evt-tz", time_zone="UTC"), NOON
    )
    assert isinstance(beside, Change) and beside.followup.contact == replace(
        newer.followup.contact, time_zone="UTC"
    )


def test_a_name_is_no_part_of_what_the_sender_reads() -> None:
    found = change(changed(LATER, given_name="Adele"))
    assert found.followup.contact == a_followup().contact
    assert found.records == (replace(ADA, given_name="Adele"),)
