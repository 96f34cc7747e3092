"""Sign a person in at the dashboard, and out again."""

import hashlib

from aftercare.desk_ports import Desk
from aftercare.domain.sign_in import SignIn
from aftercare.domain.staff import Person
from aftercare.usecases.allow import keep_audit


def hash_of(secret: str) -> str:
    """Return what is stored of a cookie's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def sign_in(person: Person, desk: Desk) -> str:
    """Begin a sign-in.

    Returns:
        The secret of its cookie, 128 bits, which is kept nowhere.

    Raises:
        TryAgain: The store is busy; nobody is signed in.
    """
    now, secret = desk.ports.clock.now(), desk.ports.ids.token()
    keep_audit(person, desk, "signed_in", by="dashboard")
    desk.sign_ins.keep(SignIn(hash_of(secret), person, desk.ports.ids.token(), now, now))
    return secret


def signed_in(secret: str, desk: Desk, *, by_hand: bool = True) -> SignIn | None:
    """Return who holds this secret; ``None`` when it is unknown, ended, idle for 15 minutes or too old.

    Args:
        secret: Of the cookie.
        desk: The outside.
        by_hand: A person did something. What an open page asks by itself keeps nobody signed in.
    """
    now = desk.ports.clock.now()
    return (desk.sign_ins.seen if by_hand else desk.sign_ins.held)(hash_of(secret), now)


def sign_out(sign_in: SignIn, desk: Desk) -> None:
    """End a sign-in, at once and for good."""
    desk.sign_ins.end(sign_in.secret_hash)
    keep_audit(sign_in.person, desk, "signed_out", by="dashboard")
