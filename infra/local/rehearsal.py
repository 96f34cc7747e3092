"""A rehearsal: the real handlers over a script of what happens, on a virtual clock."""

import io
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from aftercare.adapters.dynamodb_clinics import DynamoDbClinics
from aftercare.contracts.clinic_file import parse_clinic
from aftercare.domain.clinic import Clinic
from aftercare.domain.errors import BadInput
from aftercare.usecases.set_up_clinic import check_overrides, set_up_clinic
from infra.local.carrier import Carrier
from infra.local.cloud import Cloud
from infra.local.script import Line
from infra.local.transcript import Json, Transcript
from infra.local.virtual_clock import VirtualClock

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
# The laptop's pages: a name that resolves nowhere, so that no rehearsed link can lead to a real page.
BASE_URL = "https://care.example"
_LATER = {
    "email": "reading mail comes with the two-way issue",
    "sms_receipt": "delivery receipts come with the two-way issue",
    "email_receipt": "delivery receipts come with the two-way issue",
    "form": "forms come with the two-way issue",
    "staff": "alerts come with the two-way issue",
}


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
    """

    clinic: Clinic
    starts_at: datetime
    table: Literal["moto", "memory"] = "memory"
    template: Path = TEMPLATE

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
            logs=io.StringIO(),
        )
        self.cloud.__enter__()
        self.carrier.on_sms(self.transcript.sms)
        self.carrier.on_email(self.transcript.email)
        self.cloud.on_record(self.transcript.record)
        table = self.cloud.resource("Table")
        set_up_clinic(self.clinic, DynamoDbClinics(self.cloud.client("dynamodb"), table, self.clock))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cloud.__exit__(kind, error, trace)

    def play(self, line: Line) -> None:
        """Let everything before the line's instant happen, then the line itself."""
        self.cloud.run_until(line.at)
        self._happen(line)
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

    def _happen(self, line: Line) -> None:
        match line.kind:
            case "event":
                self._event(line.number, line.what)
            case "sms":
                self.text(line.what, line.number)
            case "carrier":
                self._carrier(line.what)
            case kind:
                self.transcript.refused(line.number, f"{kind}: not built yet, {_LATER[kind]}")

    def _event(self, number: int, event: Mapping[str, Any]) -> None:
        source = event["source"]
        if source.startswith("aws.") or source == "aftercare" or not source:
            # EventBridge refuses the first, our own rules do not listen to the second.
            allowed = "the sender's own name, not aws.* and not aftercare"
            self.transcript.refused(number, str(BadInput("source", source, allowed)))
            return
        self.transcript.expect(number, event)
        try:
            self.cloud.put_event(event)
        except ValueError as refused:
            self.transcript.refused(number, str(refused))

    def text(self, what: Mapping[str, Any], number: int = 0) -> None:
        """Let a text arrive as AWS End User Messaging delivers it, naming our last message to that phone."""
        previous = [sent.message_id for sent in self.carrier.sms_outbox if sent.to == what["from"]]
        payload: Json = {
            "originationNumber": what["from"],
            "destinationNumber": what["to"],
            "messageKeyword": "KEYWORD",
            "messageBody": what["body"],
            "inboundMessageId": what.get("id") or f"line-{number}",
        }
        if previous:
            payload["previousPublishedMessageId"] = previous[-1]
        self.cloud.publish("InboundSms", payload)

    def _carrier(self, what: Mapping[str, Any]) -> None:
        for channel, state in what.items():
            if state.startswith("opted_out:"):
                self.carrier.opted_out.add(state.removeprefix("opted_out:"))
            elif channel == "sms":
                self.carrier.sms = state
            else:
                self.carrier.email = state
