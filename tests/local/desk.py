"""A rehearsal of a toy template, for what the rehearsal itself promises; no use case of ours runs."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3

from aftercare.adapters.ses_mail import tag_value
from infra.local.rehearsal import Rehearsal
from infra.local.script import Line
from tests.local.script_truth import Json

TOYS = Path(__file__).parent / "toys"
NINE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ADA, BEN = "+12025550110", "+12025550111"
OURS, CARE = "+12025550199", "care@riverside.example.org"
DeskOpener = Callable[..., "Desk"]


class Desk:
    """Somebody to write lines for, messages to leave, and things to be stored."""

    def __init__(self, rehearsal: Rehearsal, seen: list[Any]) -> None:
        self.rehearsal = rehearsal
        self.cloud = rehearsal.cloud
        self.seen = seen
        self._numbers = iter(range(1, 1000))

    def play(self, kind: str, at: datetime | None = None, **what: Any) -> None:
        """Play one line, now unless told."""
        at = at or self.cloud.clock.now()
        what = {name.rstrip("_"): value for name, value in what.items()}
        self.rehearsal.play(Line(next(self._numbers), at, kind, what))

    def rows(self, kind: str) -> list[Json]:
        return [line[kind] for line in self.rehearsal.transcript.lines if kind in line]

    def sends_text(self, body: str, to: str = ADA, **context: str) -> str:
        answer = self.cloud.client("pinpoint-sms-voice-v2").send_text_message(
            DestinationPhoneNumber=to, OriginationIdentity=OURS, MessageBody=body, Context=context
        )
        return str(answer["MessageId"])

    def sends_mail(self, text: str, to: str = "ada@example.org", **tags: str) -> str:
        answer = self.cloud.client("sesv2").send_email(
            FromEmailAddress=f"Riverside <{CARE}>",
            Destination={"ToAddresses": [to]},
            Content={"Simple": {"Subject": {"Data": "Your visit"}, "Body": {"Text": {"Data": text}}}},
            EmailTags=[{"Name": name, "Value": tag_value(value)} for name, value in tags.items()],
        )
        return str(answer["MessageId"])

    def stores(self, pk: str, sk: str, **values: str) -> None:
        item = {name: {"S": value} for name, value in {"pk": pk, "sk": sk, **values}.items()}
        self.cloud.client("dynamodb").put_item(TableName=self.cloud.resource("Table"), Item=item)
        self.cloud.run_until(self.cloud.clock.now())

    def raises_alert(self, alert_id: str, patient: str, state: str = "raised", **more: str) -> None:
        alert = {"tier": "red", "reason": "crisis_words", "state": state, **more}
        self.stores(f"riverside#{patient}", f"ALERT#{alert_id}", **alert)

    def puts_event(self, detail_type: str, source: str = "aftercare") -> None:
        entry = {"Source": source, "DetailType": detail_type, "Detail": '{"alert_id": "a"}'}
        boto3.client("events").put_events(Entries=[{**entry, "EventBusName": "toys"}])
        self.cloud.run_until(self.cloud.clock.now())

    def events(self, event_type: str) -> Iterator[Json]:
        return (notice for notice in self.seen if notice.get("eventType") == event_type)


def refusals(desk: Desk) -> Sequence[tuple[int, str]]:
    return [(row["line"], row["reason"]) for row in desk.rows("refused")]
