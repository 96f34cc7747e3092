"""Who a token says they are, and which clinic: from the token and from nowhere else."""

import pytest

from aftercare.contracts import token_claims
from aftercare.domain.errors import BadInput
from aftercare.domain.staff import Right, Role

NURSE = {"sub": "0f3c", "username": "nadia", "cognito:groups": "[riverside/nurse]"}


def test_a_nurse_of_one_clinic_is_a_nurse_there() -> None:
    person = token_claims.parse(NURSE)
    assert (person.clinic_id, person.roles, person.name) == ("riverside", {Role.NURSE}, "nadia")
    assert person.may(Right.ANSWER_ALERTS)
    assert not person.may(Right.SEE_AUDIT)


@pytest.mark.parametrize(
    "groups", ["[riverside/clinician riverside/owner]", ["riverside/clinician", "riverside/owner"]]
)
def test_an_owner_who_treats_patients_has_the_rights_of_both_roles(groups: object) -> None:
    person = token_claims.parse({**NURSE, "cognito:groups": groups})
    assert person.may(Right.SEE_AUDIT)
    assert person.may(Right.ANSWER_ALERTS)


def test_a_machine_gets_its_clinic_from_its_scope_and_may_not_answer_alerts() -> None:
    person = token_claims.parse(
        {"sub": "m1", "client_id": "ehr", "scope": "aftercare/api clinic.riverside/service"}
    )
    assert (person.clinic_id, person.roles) == ("riverside", {Role.SERVICE})
    assert not person.may(Right.ANSWER_ALERTS)
    assert not person.may(Right.WRITE_MESSAGES)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"sub": ""},
        {"sub": 7, "cognito:groups": "[riverside/nurse]"},
        {"sub": "x"},
        {"sub": "x", "cognito:groups": "[]"},
        {"sub": "x", "cognito:groups": "[riverside/nurse lakeside/nurse]"},
        {"sub": "x", "cognito:groups": "[riverside/service]"},
        {"sub": "x", "cognito:groups": "[riverside/nurses]"},
        {"sub": "x", "cognito:groups": "[../nurse]"},
        {"sub": "x", "cognito:groups": "[riverside#x/nurse]"},
        {"sub": "x", "cognito:groups": {"riverside/nurse": 1}},
        {"sub": "x", "scope": "aftercare/api"},
        {"sub": "x", "scope": "clinic.a/service clinic.b/service"},
    ],
)
def test_a_token_that_names_no_single_clinic_and_role_opens_nothing(claims: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        token_claims.parse(claims)


def test_a_persons_groups_count_before_a_machines_scopes() -> None:
    person = token_claims.parse({**NURSE, "scope": "clinic.lakeside/service"})
    assert person.clinic_id == "riverside"
