"""One person's sign-in at the dashboard: held in the store, so that it can be ended at any time.

The cookie holds a secret of 128 bits, of which only the hash is kept.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aftercare.domain.staff import Person

# Source: the project's design, section 7; HIPAA asks for an automatic logoff (45 CFR 164.312(a)(2)(iii)).
IDLE_MAX = timedelta(minutes=15)
KEPT_MAX = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class SignIn:
    """Attributes:
    secret_hash: SHA-256 of the cookie's secret, in hex.
    form_secret: Stands hidden in every form, and must come back with it.
    """

    secret_hash: str
    person: Person
    form_secret: str
    began_at: datetime
    seen_at: datetime

    def stands(self, now: datetime) -> bool:
        return now - self.seen_at < IDLE_MAX and now - self.began_at < KEPT_MAX
