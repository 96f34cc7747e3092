"""Who a token says they are: the claims of Cognito, as the authorizer of the API hands them over.

A group is named ``<clinic id>/<role>``, so the clinic comes from the token and from nowhere else, and only
who administers the pool can put a person into one. A machine has no groups; its scopes are
``clinic.<clinic id>/service``. Example, as API Gateway's JWT authorizer gives them::

    {"sub": "0f3c...", "token_use": "access", "username": "nadia", "cognito:groups": "[riverside/nurse]",
     "scope": "openid aftercare/api", "exp": "1795430400"}
"""

import re
from collections.abc import Iterable, Mapping

from aftercare.domain.errors import BadInput
from aftercare.domain.ids import ClinicId
from aftercare.domain.staff import Person, Role

_GROUP = re.compile(r"([a-z0-9][a-z0-9-]{0,63})/([a-z_]+)")
_SCOPE = re.compile(r"clinic\.([a-z0-9][a-z0-9-]{0,63})/service")
_ROLES: dict[str, Role] = {role.value: role for role in Role if role is not Role.SERVICE}
NAME_MAX = 100
_ALLOWED = "a token of one clinic, with at least one role"


def parse(claims: Mapping[str, object]) -> Person:
    """Read verified claims.

    Raises:
        BadInput: The token names no clinic and role, or several clinics: whoever works at two clinics has
            two accounts, for no request may ever choose its clinic.
    """
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject:
        raise BadInput("token", None, "a token with a subject")
    held = {match.groups() for group in _listed(claims.get("cognito:groups")) if (match := _group(group))}
    machines = {match[1] for scope in _words(claims.get("scope")) if (match := _SCOPE.fullmatch(scope))}
    clinics = {clinic for clinic, _ in held} or machines
    if len(clinics) != 1:
        raise BadInput("token", None, _ALLOWED)
    roles = {_ROLES[role] for _, role in held} or {Role.SERVICE}
    return Person(subject[:NAME_MAX], _name(claims, subject), frozenset(roles), ClinicId(clinics.pop()))


def _group(text: str) -> re.Match[str] | None:
    match = _GROUP.fullmatch(text)
    return match if match is not None and match[2] in _ROLES else None


def _name(claims: Mapping[str, object], subject: str) -> str:
    for key in ("name", "given_name", "cognito:username", "username", "client_id"):
        found = claims.get(key)
        if isinstance(found, str) and found.strip():
            return found.strip()[:NAME_MAX]
    return subject[:NAME_MAX]


def _listed(found: object) -> Iterable[str]:
    """Return the groups: a list in a token, and ``"[a b]"`` where the authorizer hands it over."""
    if isinstance(found, str):
        return found.strip("[]").replace(",", " ").split()
    return [one for one in found if isinstance(one, str)] if isinstance(found, list | tuple) else []


def _words(found: object) -> Iterable[str]:
    return found.split() if isinstance(found, str) else []
