"""A clinic at one moment of its day, to which the same thing happens again and again, struck elsewhere."""

import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from moto.sqs.models import sqs_backends

from aftercare import wiring
from aftercare.contracts.clinic_file import parse_clinic
from aftercare.domain.errors import BadInput, TryAgain
from aftercare.domain.ids import AlertId, ClinicId
from aftercare.ports import Ports
from infra.local.aws_texts import text_event
from infra.local.memory_table import MemoryTable
from infra.local.rehearsal import Rehearsal
from infra.local.template_reader import ACCOUNT, REGION
from tests.behaviours.riverside import NEW_YORK, NORA, PEOPLE, a_text, clinic_file, instant
from tests.behaviours.visits import Patient, Riverside
from tests.local.aftermath import Aftermath, aftermath
from tests.local.bookmark import Bookmark
from tests.local.strikes import Crash, Wire

OLGA = (
    '[[on_call]]\nrole = "lead"\nname = "Olga"\nphone = "+12025550102"\nemail = "olga@riverside.example.org"'
)
# Two rounds of calls, of an alert that nobody takes; a third one begins at 120 minutes, or just after.
LATER = timedelta(minutes=110)
BOTH_WAYS = ("sms care", "email care")
TRIES = 5


@dataclass
class Struck:
    """The clinic, what stands between it and AWS, and the moment to which it returns."""

    riverside: Riverside
    wire: Wire
    ada: Patient

    def __post_init__(self) -> None:
        tapped = self.rehearsal.cloud.client("dynamodb")
        self.table: MemoryTable = tapped.behind
        self.again: Callable[[], object] = lambda: None

    @property
    def rehearsal(self) -> Rehearsal:
        return self.riverside.rehearsal

    @property
    def clinic_id(self) -> ClinicId:
        return self.rehearsal.clinic.id

    def mark(self) -> None:
        """Remember this moment."""
        self.bookmark = Bookmark(self.rehearsal, self.table)
        self._at = self.rehearsal.clock.now()

    def calm(self, act: Callable[["Struck"], None]) -> Aftermath:
        """Let something happen without a fault; the wire has counted the calls."""
        self.wire.arm()
        return self.after(act)

    def after(self, act: Callable[["Struck"], None]) -> Aftermath:
        """Go back to the moment, let something happen, and look around almost two hours later."""
        self.bookmark.turn_back()
        act(self)
        self.live_until(self._at + LATER)
        carrier = self.rehearsal.carrier
        sent = (*carrier.sms_outbox, *carrier.email_outbox)
        return aftermath(self.table, sent, self.bookmark.letters(), self._at)

    # ---- what may happen

    def live_until(self, at: datetime) -> None:
        """Let time run on, whoever dies meanwhile: what a queue holds comes again."""
        while True:
            try:
                self.rehearsal.cloud.run_until(at)
            except Crash:
                self.rehearsal.cloud._invoker.forget()
            else:
                return

    def arrives(self, body: str, phone: str = PEOPLE["Ada"][0], sms_id: str = "in-1") -> None:
        """A text arrives, and is taken as far as it goes."""
        self._comes_in(lambda: self.rehearsal.happenings.text(a_text(phone, body, sms_id)))

    def mails(self, body: str) -> None:
        """A mail of Ada's arrives."""
        what = {"from": self.ada.email, "to": "care@riverside.example.org", "subject": "", "text": body}
        self._comes_in(lambda: self.rehearsal.happenings.mail({**what, "id": "in-1"}))

    def reported(self, touch: str, *events: str) -> None:
        """The phone company says what became of a text, in this order."""
        for event in events:
            what = {"touch_id": touch, "event_type": event}
            self._comes_in(partial(self.rehearsal.happenings.text_receipt, what))

    def page_reported(self, event: str) -> None:
        """The phone company says what became of the latest text to somebody on call."""
        page = next(one for one in reversed(self.rehearsal.carrier.sms_outbox) if "alert" in one.context)
        said = text_event(page, event, self._at)
        self._comes_in(lambda: self.rehearsal.cloud.publish("SmsEvents", said))

    def _comes_in(self, publish: Callable[[], object]) -> None:
        def again() -> None:
            publish()
            while self.rehearsal.cloud.deliveries._one_batch():
                pass

        self.again = again
        publish()
        self.live_until(self.rehearsal.clock.now())

    def at_a_screen(self, do: Callable[[Ports], object]) -> None:
        """Somebody does something on a page; when it fails they try again, a minute later."""

        def again() -> None:
            with suppress(BadInput):
                do(wiring.ports())

        self.again = again
        for _ in range(TRIES):
            try:
                with self.rehearsal.cloud.as_function("ReplyReceived"):
                    do(wiring.ports())
            except Crash:
                self.rehearsal.cloud._invoker.forget()
            except TryAgain:
                pass
            except BadInput:
                return  # what they did has been taken before
            else:
                return
            self.live_until(self.rehearsal.clock.now() + timedelta(minutes=1))
        raise AssertionError("it never worked")

    def secret(self) -> str:
        """Return the secret of Ada's last form."""
        found = self.rehearsal.happenings.postbag.secret("last:pat-ada")
        assert found is not None
        return found

    @property
    def born_on(self) -> date:
        return date.fromisoformat(PEOPLE["Ada"][1])

    def red_alert(self) -> AlertId:
        """Return the id of Ada's open red alert."""
        found = self.rehearsal.transcript.alert("open:pat-ada")
        assert found is not None
        return AlertId(found.id)


class Post:
    """SQS and EventBridge without HTTP: what is queued is queued in the cloud, what is told nobody hears."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        queue = QueueUrl.rsplit("/", 1)[-1]
        for entry in Entries:
            sqs_backends[ACCOUNT][REGION].send_message(
                queue, entry["MessageBody"], delay_seconds=entry["DelaySeconds"]
            )
        return {"Successful": Entries}

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        return {"Entries": Entries, "FailedEntryCount": 0}


@contextmanager
def struck_clinic(until: str, before: Callable[[Struck], None] | None = None) -> Iterator[Struck]:
    """Open Riverside, with Ada home from a visit on Tuesday morning, and let time run to a moment.

    Ben and Carmen share a phone. Nora and Olga are on call, by text and by mail.
    """
    clinic = parse_clinic(tomllib.loads(clinic_file(f"{NORA}\n\n{OLGA}")), "riverside.toml")
    wire = Wire()

    def around(service: str, client: Any) -> Any:
        return wire.around(service, Post(client) if service in ("sqs", "events") else client)

    with Rehearsal(clinic, instant("2026-11-01 09:00", NEW_YORK), around=around) as rehearsal:
        riverside = Riverside(rehearsal)
        ada = riverside.patient("Ada", email="ada@example.org", consents=BOTH_WAYS)
        riverside.patient("Ben")
        riverside.patient("Carmen", phone=PEOPLE["Ben"][0])
        ada.books("Tue 09:00")
        struck = Struck(riverside, wire, ada)
        if instant(until, NEW_YORK) > instant("Tue 10:00", NEW_YORK):
            ada.goes_home("Tue 10:00")
        if before is not None:
            before(struck)
        riverside.until(until)
        wire.running = lambda: rehearsal.cloud._invoker.running
        assert rehearsal.cloud.failures == [], rehearsal.cloud.failures
        struck.mark()
        yield struck


class Stage:
    """One clinic at a time, kept for as long as the same moment is asked for."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._shown: tuple[str, object] | None = None
        self._struck: Struck | None = None

    def at(self, moment: str, before: Callable[[Struck], None] | None, watched: Iterable[str]) -> Struck:
        """Return the clinic at a moment after what happened ``before``; calls of ``watched`` are counted."""
        if self._struck is None or self._shown != (moment, before):
            self.close()
            self._struck = self._open.enter_context(struck_clinic(moment, before))
            self._shown = moment, before
        self._struck.wire.watched = frozenset(watched)
        return self._struck

    def close(self) -> None:
        """Close whatever is open."""
        self._open.close()
        self._struck = None
