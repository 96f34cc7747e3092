"""What a line of a script does to the service, from outside: everything a rehearsal can make happen."""

import importlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from aftercare.domain.clinic import Clinic
from aftercare.domain.errors import AftercareError, BadInput
from infra.local.aws_mail import SUPPRESSED, mail_event, received_mail
from infra.local.aws_texts import inbound_text, text_event
from infra.local.carrier import Carrier, EmailOut, SmsOut
from infra.local.cloud import Cloud
from infra.local.postbag import LAST, Postbag
from infra.local.script import Line
from infra.local.transcript import OPEN, Transcript

What = Mapping[str, Any]
Receipts = Literal["none", "ours"]
# Somebody whom no patient is: who got the messages that we know nothing of.
STRANGER_PHONE, STRANGER_EMAIL = "+12025550198", "nobody@example.org"
_RECEIPT_AFTER = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Doors:
    """Where people come in: modules of use cases, and the function whose surroundings they run in."""

    alerts: str = "aftercare.usecases.answer_alert"
    forms: str = "aftercare.usecases.take_form"
    function: str = "ReplyReceived"


@dataclass
class Happenings:
    """Plays the lines of a script, now.

    Args:
        receipts: ``none``: only the script says what becomes of a message; ``ours``: each one that is
            accepted is reported delivered three seconds later.
    """

    clinic: Clinic
    cloud: Cloud
    carrier: Carrier
    transcript: Transcript
    postbag: Postbag
    doors: Doors = field(default_factory=Doors)
    receipts: Receipts = "none"

    def __post_init__(self) -> None:
        self.carrier.on_sms(self._text_left)
        self.carrier.on_email(self._mail_left)

    def happen(self, line: Line) -> None:
        """Do what one line says. What cannot be done is a ``refused`` line of the transcript."""
        verbs: dict[str, Callable[[What, int], None]] = {
            "event": self.event,
            "sms": self.text,
            "email": self.mail,
            "sms_receipt": self.text_receipt,
            "email_receipt": self.mail_receipt,
            "form": self.form,
            "staff": self.staff,
            "carrier": self.behave,
        }
        verbs[line.kind](line.what, line.number)

    # ---- events, texts and mails that come in

    def event(self, event: What, number: int = 0) -> None:
        """Put an event on the bus."""
        source = event["source"]
        if source.startswith("aws.") or source == "aftercare" or not source:
            # EventBridge refuses the first, our own rules do not listen to the second.
            self._refuse(number, "source", source, "the sender's own name, not aws.* and not aftercare")
            return
        self.transcript.expect(number, event)
        try:
            self.cloud.put_event(event)
        except ValueError as refused:
            self.transcript.refused(number, str(refused))

    def text(self, what: What, number: int = 0) -> None:
        """Let a text arrive as AWS End User Messaging delivers it, naming our last text to that phone."""
        previous = self.postbag.last_text_to(what["from"])
        message_id = what.get("id") or f"line-{number}"
        payload = inbound_text(what, message_id, previous.message_id if previous else None)
        self._publish("InboundSms", payload, number)

    def mail(self, what: What, number: int = 0) -> None:
        """Let a mail arrive as SES delivers it. It answers none of ours by its headers."""
        message_id = what.get("id") or f"line-{number}"
        topic = self.cloud.resource("InboundMail") if self.cloud.has("InboundMail") else ""
        self._publish("InboundMail", received_mail(what, message_id, self.cloud.clock.now(), topic), number)

    # ---- receipts

    def text_receipt(self, what: What, number: int = 0) -> None:
        """Let the carrier say what became of a text of ours, or of one that we know nothing of."""
        named = what["touch_id"]
        texts = self.postbag.texts(named)
        if not texts and named.startswith(LAST):
            self._refuse(number, "sms_receipt.touch_id", named, "a patient to whom a text has left")
            return
        sms = texts[0] if texts else self._foreign_text(number)
        self._publish("SmsEvents", text_event(sms, what["event_type"], self.cloud.clock.now()), number)

    def mail_receipt(self, what: What, number: int = 0) -> None:
        """Let SES say what became of a mail of ours, or of one that we know nothing of.

        A permanent bounce and a complaint also put the address on the suppression list, as SES does by
        itself (developer guide, "Using the Amazon SES account-level suppression list").
        """
        named, event_type = what["touch_id"], what["event_type"]
        mails = self.postbag.mails(named)
        if not mails and named.startswith(LAST):
            self._refuse(number, "email_receipt.touch_id", named, "a patient to whom a mail has left")
            return
        email = mails[0] if mails else self._foreign_mail(number)
        payload = mail_event(email, event_type, self.cloud.clock.now(), what.get("bounce_type"))
        if event_type == "Complaint":
            self.carrier.suppressed.add(email.to, "COMPLAINT")
        elif event_type == "Bounce" and payload["bounce"]["bounceType"] == "Permanent":
            self.carrier.suppressed.add(email.to, "BOUNCE")
        self._publish("EmailEvents", payload, number)

    def _foreign_text(self, number: int) -> SmsOut:
        now = self.cloud.clock.now()
        ours = self.clinic.sms_number
        return SmsOut(now, STRANGER_PHONE, ours, "", {}, f"foreign-{number}", None, None, None)

    def _foreign_mail(self, number: int) -> EmailOut:
        now, ours = self.cloud.clock.now(), self.clinic.email_from
        return EmailOut(now, STRANGER_EMAIL, ours, "", None, None, {}, {}, f"foreign-{number}", None)

    def _text_left(self, sms: SmsOut) -> None:
        if self.receipts == "ours":
            self._report("SmsEvents", lambda: text_event(sms, "TEXT_DELIVERED", self.cloud.clock.now()))

    def _mail_left(self, email: EmailOut) -> None:
        if email.suppressed:
            # The list's own doing, whatever the script says of other mails.
            self._report(
                "EmailEvents",
                lambda: mail_event(email, "Bounce", self.cloud.clock.now(), "Permanent", SUPPRESSED),
            )
        elif self.receipts == "ours":
            self._report("EmailEvents", lambda: mail_event(email, "Delivery", self.cloud.clock.now()))

    def _report(self, topic: str, payload: Callable[[], What]) -> None:
        if self.cloud.has(topic):
            at = self.cloud.clock.now() + _RECEIPT_AFTER
            self.cloud.at(at, lambda: self.cloud.publish(topic, payload()))

    # ---- people at a screen

    def form(self, what: What, number: int = 0) -> None:
        """Let a patient open the form behind the link of a touch, pass the gate and submit."""
        secret = self.postbag.secret(what["touch_id"])
        if secret is None:
            self._refuse(number, "form.touch_id", what["touch_id"], "one that left with a link to a form")
            return
        with self._at_a_screen(number):
            ports = importlib.import_module("aftercare.wiring").ports()
            take_form = importlib.import_module(self.doors.forms).take_form
            take_form(secret, date.fromisoformat(what["birth_date"]), what["answers"], ports)

    def staff(self, what: What, number: int = 0) -> None:
        """Let somebody of the clinic acknowledge or resolve an alert."""
        named = what["alert_id"]
        alert = self.transcript.alert(named)
        if alert is None and named.startswith(OPEN):
            self._refuse(number, "staff.alert_id", named, "a patient with an alert that is not resolved")
            return
        clinic_id, alert_id = (alert.clinic_id, alert.id) if alert else (self.clinic.id, named)
        with self._at_a_screen(number):
            ports = importlib.import_module("aftercare.wiring").ports()
            alerts = importlib.import_module(self.doors.alerts)
            if what["do"] == "acknowledge":
                alerts.acknowledge(clinic_id, alert_id, what["by"], ports)
            else:
                disposition, note = what.get("disposition") or "", what.get("note") or ""
                alerts.resolve(clinic_id, alert_id, what["by"], disposition, note, ports)

    def answer_test_page(self, name: str) -> None:
        """Let whoever is on call answer the weekly test page."""
        with self._at_a_screen(0):
            ports = importlib.import_module("aftercare.wiring").ports()
            importlib.import_module(self.doors.alerts).acknowledge(self.clinic.id, name, "on call", ports)

    @contextmanager
    def _at_a_screen(self, number: int) -> Iterator[None]:
        try:
            with self.cloud.as_function(self.doors.function):
                yield
        except AftercareError as refused:
            self.transcript.refused(number, str(refused))

    # ---- the carrier

    def behave(self, what: What, number: int = 0) -> None:  # noqa: ARG002  every verb is called alike
        """Change how the carrier behaves from now on."""
        for channel, state in what.items():
            if state is None:
                continue
            if state.startswith("opted_out:"):
                self.carrier.opted_out.add(state.removeprefix("opted_out:"))
            elif channel == "sms":
                self.carrier.sms = state
            else:
                self.carrier.email = state

    # ---- inside

    def _publish(self, topic: str, payload: What, number: int) -> None:
        if self.cloud.has(topic):
            self.cloud.publish(topic, payload)
        else:
            self.transcript.refused(number, f"the template has no topic {topic}")

    def _refuse(self, number: int, field: str, found: str, allowed: str) -> None:
        self.transcript.refused(number, str(BadInput(field, found, allowed)))
