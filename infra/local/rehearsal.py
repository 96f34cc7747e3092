"""A rehearsal: the real handlers over a script of what happens, on a virtual clock."""

import io
import tomllib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, TextIO

from aftercare.adapters.dynamodb_clinics import DynamoDbClinics
from aftercare.contracts.clinic_file import parse_clinic
from aftercare.domain.clinic import Clinic
from aftercare.domain.errors import BadInput
from aftercare.usecases.set_up_clinic import check_overrides, set_up_clinic
from infra.local.carrier import Carrier, EmailOut, SmsOut
from infra.local.cloud import Cloud
from infra.local.happenings import Doors, Happenings, Receipts
from infra.local.postbag import Postbag, ids_of
from infra.local.script import Line
from infra.local.transcript import Transcript
from infra.local.transcript_rows import is_test_page
from infra.local.virtual_clock import VirtualClock

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
# The laptop's pages: a name that resolves nowhere, so that no rehearsed link can lead to a real page.
BASE_URL = "https://care.example"


def read_clinic(path: Path) -> Clinic:
    """Read a clinic file and check it against the shipped protocols.

    Raises:
        BadInput: Naming the file and the key.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(
            "file", str(error), "TOML, as in infra/local/examples/clinic.toml", path.name
        ) from error
    clinic = parse_clinic(raw, path.name)
    try:
        check_overrides(clinic)
    except BadInput as bad:
        raise bad.at(path.name) from bad
    return clinic


@dataclass
class Rehearsal:
    """A clinic in the local cloud, ready to play lines. Use as a context manager.

    Args:
        clinic: Set up before the first line.
        starts_at: What the virtual clock shows first.
        table: ``memory`` is fast; ``moto`` sends every table call through real boto3.
        receipts: ``none``: only the script reports what became of a message; ``ours``: see Happenings.
        doors: Where staff and patients at a screen come in.
        around: Stands before each client of the service, see Cloud.
        quick: No request is serialised, see Cloud.
        logs: Where what the handlers print goes.
        asleep: Whom no stream wakes. A rehearsal's output says nothing of charts, so nobody draws them.
    """

    clinic: Clinic
    starts_at: datetime
    table: Literal["moto", "memory"] = "memory"
    template: Path = TEMPLATE
    receipts: Receipts = "none"
    doors: Doors = field(default_factory=Doors)
    around: Callable[[str, Any], Any] | None = None
    quick: bool = False
    logs: TextIO = field(default_factory=io.StringIO)
    asleep: Collection[str] = ("CourseChanged",)

    def __enter__(self) -> Self:
        self.clock = VirtualClock(self.starts_at.astimezone(UTC))
        self.carrier = Carrier(self.clock)
        self.transcript = Transcript(self.clock)
        self.cloud = Cloud(
            self.template,
            self.clock,
            self.carrier,
            parameters={"PublicBaseUrl": BASE_URL},
            table=self.table,
            logs=self.logs,
            around=self.around,
            quick=self.quick,
            asleep=self.asleep,
        )
        self.cloud.__enter__()
        postbag = Postbag(BASE_URL)
        self._listen(postbag)
        self.happenings = Happenings(
            self.clinic, self.cloud, self.carrier, self.transcript, postbag, self.doors, self.receipts
        )
        table = self.cloud.resource("Table")
        set_up_clinic(self.clinic, DynamoDbClinics(self.cloud.client("dynamodb"), table, self.clock))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cloud.__exit__(kind, error, trace)

    def _listen(self, postbag: Postbag) -> None:
        for observer in (self.transcript.sent, postbag.keep):
            self.carrier.on_sms(observer)
            self.carrier.on_email(observer)
        self.carrier.on_sms(self._answer_test_page)
        self.carrier.on_email(self._answer_test_page)
        self.cloud.on_record(self.transcript.record)
        self.cloud.on_event(self.transcript.event)

    def _answer_test_page(self, message: SmsOut | EmailOut) -> None:
        """Let whoever is on call answer the weekly test page, as people do; alerts wait for the script."""
        if is_test_page(message):
            name = ids_of(message)["alert"]
            self.cloud.at(
                self.clock.now() + timedelta(minutes=2), lambda: self.happenings.answer_test_page(name)
            )

    def play(self, line: Line) -> None:
        """Let everything before the line's instant happen, then the line itself."""
        self.cloud.run_until(line.at)
        self.happenings.happen(line)
        self.cloud.run_until(line.at)

    def finish(self, until: datetime | None = None, each: Callable[[], None] | None = None) -> None:
        """Let time run to ``until``, or until nothing is due any more.

        Args:
            until: Where to stop.
            each: Called after every instant at which something happened.
        """
        while (following := self.cloud.next_at()) is not None and (until is None or following <= until):
            self.cloud.run_until(following)
            if each is not None:
                each()
        if until is not None and until > self.clock.now():
            self.cloud.run_until(until)
