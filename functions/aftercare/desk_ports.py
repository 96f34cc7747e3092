"""What the clinic's desk needs from outside: the dashboard, the API and the patient's pages.

Apart from ``ports`` so that no function of the engine pays for it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, Protocol, TypeVar

from aftercare.domain.alert import Alert
from aftercare.domain.audit import AuditEntry, Seal
from aftercare.domain.chart import Chart
from aftercare.domain.draft import Draft
from aftercare.domain.history import History
from aftercare.domain.ids import ClinicId, PatientId, SessionId
from aftercare.domain.once import Told
from aftercare.domain.patient import Patient
from aftercare.domain.records import Link, Page, Reply, Task
from aftercare.domain.sign_in import SignIn
from aftercare.ports import Ports

One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class Slice(Generic[One]):
    """One page of a list. ``more``: hand it back to go on; ``None`` at the end.

    It is opaque, bound to the list it came from, and names nobody.
    """

    rows: tuple[One, ...]
    more: str | None = None


class Board(Protocol):
    """What is open at a clinic, kept in a sparse index: never a scan, never all patients."""

    def open(self, clinic_id: ClinicId, *, limit: int, after: str | None = None) -> Slice[Alert | Task]:
        """Return open alerts (red, then amber, the oldest first) and then open tasks, in one call.

        Raises:
            BadInput: ``after`` is no cursor of this clinic's board.
        """

    def resolved(self, clinic_id: ClinicId, *, limit: int, after: str | None = None) -> Slice[Alert]:
        """Return resolved alerts, the latest first."""

    def pages(self, clinic_id: ClinicId, since: datetime, *, limit: int) -> Sequence[Page]:
        """Return the calls made since then, the latest first, in one call."""

    def faces(
        self, clinic_id: ClinicId, patients: Sequence[PatientId], replies: Sequence[tuple[PatientId, str]]
    ) -> tuple[dict[PatientId, Patient], dict[str, Reply]]:
        """Return who these patients are and these replies, in one call per hundred."""

    def task(self, clinic_id: ClinicId, task_id: str) -> Task | None:
        """Return a task, open or closed."""


class Histories(Protocol):
    def whole(self, clinic_id: ClinicId, patient_id: PatientId) -> History | None:
        """Return all that is kept about one patient, in one query; ``None`` for an unknown one."""


class Sessions(Protocol):
    """Whose session is whose, for those who know a session or a touch only by its name."""

    def note(self, clinic_id: ClinicId, patient_id: PatientId, sessions: Iterable[SessionId]) -> None:
        """Keep that these are sessions of this patient. Doing it twice changes nothing."""

    def whose(self, clinic_id: ClinicId, session_id: SessionId) -> Sequence[PatientId]:
        """Return which patients have a session of this name, in one call; usually one."""


class Charts(Protocol):
    """One line per patient, in the order of names."""

    def put(self, chart: Chart) -> None: ...

    def page(
        self, clinic_id: ClinicId, *, limit: int, after: str | None = None, starting_with: str = ""
    ) -> Slice[Chart]:
        """Return one page of the patients whose name starts so, accents and case aside.

        One call; two from the second page on, because a cursor names nobody.

        Raises:
            BadInput: ``after`` is no cursor of this clinic's list.
        """

    def every(self, clinic_id: ClinicId) -> Iterator[Chart]:
        """Return every patient's line, about 2,000 a call."""


class AuditTrail(Protocol):
    def write(self, entry: AuditEntry) -> None: ...

    def page(
        self,
        clinic_id: ClinicId,
        *,
        limit: int,
        after: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Slice[AuditEntry]:
        """Return entries, the latest first, in one call."""

    def day(self, clinic_id: ClinicId, on: date) -> Sequence[AuditEntry]:
        """Return every entry of one day (UTC)."""

    def first(self, clinic_id: ClinicId) -> AuditEntry | None:
        """Return the oldest entry: the chain of seals begins on its day."""

    def seals(self, clinic_id: ClinicId, *, limit: int) -> Sequence[Seal]:
        """Return the latest seals, the latest first."""

    def seal(self, seal: Seal) -> bool:
        """Keep a seal; ``False`` when that day has one, which stays."""


class SignIns(Protocol):
    """Who is signed in at the dashboard. Only hashes of the secrets are stored."""

    def keep(self, sign_in: SignIn) -> None: ...

    def seen(self, secret_hash: str, now: datetime) -> SignIn | None:
        """Return who holds this secret and note the time, in one call.

        ``None`` when it is unknown, ended, idle for too long or too old.
        """

    def held(self, secret_hash: str, now: datetime) -> SignIn | None:
        """Return who holds this secret, and note nothing: for what a page asks by itself."""

    def end(self, secret_hash: str) -> None: ...

    def of_clinic(self, clinic_id: ClinicId) -> Sequence[SignIn]:
        """Return who signed in at the clinic and has not ended it; whether it still stands, each one says."""


class Once(Protocol):
    """What was asked with a key of the asker's choice, so that it is done once. Kept for a day."""

    def begin(self, clinic_id: ClinicId, name: str, asked: str, now: datetime) -> Told | None:
        """Take the key, or return what was answered to the same request.

        Args:
            clinic_id: Whose.
            name: The asker and their key; another asker's same key is another one.
            asked: Stands for the whole request.
            now: Aware instant.

        Raises:
            BadInput: The key was used for another request.
            Conflict: The same request is being worked on at this moment.
        """

    def keep(self, clinic_id: ClinicId, name: str, asked: str, told: Told) -> None:
        """Keep what was answered."""

    def free(self, clinic_id: ClinicId, name: str, asked: str) -> None:
        """Give the key back: nothing was done. An answer that was kept stays."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything outside, as the desk needs it. ``ports`` is what the engine has."""

    ports: Ports
    board: Board
    histories: Histories
    charts: Charts
    audit: AuditTrail
    sign_ins: SignIns
    sessions: Sessions


class Drafts(Protocol):
    """Forms that are being filled in, each beside its link."""

    def find(self, secret_hash: str) -> tuple[Link, Draft] | None:
        """Return what a link leads to and what was said there so far, in one call."""

    def save(self, draft: Draft, link: Link, *, write_id: str, task: Task | None = None) -> Draft:
        """Write the draft if nobody has since it was read, and open ``task`` with it: both or neither.

        Raises:
            Conflict: Another writer was first.
            TryAgain: The store is throttling.
        """


@dataclass(frozen=True, slots=True)
class Forms:
    """Everything outside, as the patients' pages need it."""

    ports: Ports
    drafts: Drafts
