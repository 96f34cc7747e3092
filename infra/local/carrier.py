"""A phone company and a mail provider in one object: answers real, serialised AWS requests, sends nothing.

It stands where botocore hands a signed request to the network, so everything before that point (the
client's own checks, its retries, its time-outs) is the real thing.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import BaseClient
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from infra.local.carrier_http import Asked, answered
from infra.local.carrier_lists import OptOutList, SuppressionList
from infra.local.carrier_rules import Refusal, check_email, check_sms

Channel = Literal["sms", "email"]
State = Literal["up", "down"]


class Clock(Protocol):
    """Whatever tells the time."""

    def now(self) -> datetime:
        """Return an aware instant."""
        ...


@dataclass(frozen=True, slots=True)
class SmsOut:
    """A text the carrier accepted. ``time_to_live`` is in seconds, None when not asked for."""

    at: datetime
    to: str
    from_: str
    body: str
    context: Mapping[str, str]
    message_id: str
    time_to_live: int | None
    message_type: str | None
    configuration_set: str | None


@dataclass(frozen=True, slots=True)
class EmailOut:
    """A mail the provider accepted. ``to`` is the first recipient; ours have exactly one.

    ``suppressed``: accepted for an address on the suppression list, so it will never arrive.
    """

    at: datetime
    to: str
    from_: str
    subject: str
    text: str | None
    html: str | None
    headers: Mapping[str, str]
    tags: Mapping[str, str]
    message_id: str
    configuration_set: str | None
    suppressed: bool = False


@dataclass(slots=True)
class _Trouble:
    """How one channel behaves: ``next_`` counts the calls still to be treated so."""

    state: State = "up"
    throttle_next: int = 0
    refuse_next: int = 0
    lose_next: int = 0


@dataclass(slots=True)
class _Book:
    """What was accepted, and who wants to know."""

    sms: list[SmsOut] = field(default_factory=list)
    email: list[EmailOut] = field(default_factory=list)
    on_sms: list[Callable[[SmsOut], None]] = field(default_factory=list)
    on_email: list[Callable[[EmailOut], None]] = field(default_factory=list)


class Carrier:
    """AWS End User Messaging (``SendTextMessage``) and SES (``SendEmail``), in memory.

    Behaviour can be changed at any time: assign ``sms`` or ``email`` ``"up"`` or ``"down"`` (down: the
    connection is refused, proof that nothing was accepted), add numbers to ``opted_out``, addresses to
    ``suppressed``, or call ``throttle``, ``refuse`` or ``lose_answers`` for the next calls.

    A text to an opted-out number is refused. A mail to a suppressed address is accepted, as SES does, and
    marked in the outbox: whoever plays SES's events reports its bounce (sub-type OnAccountSuppressionList).
    It sends no receipt by itself.

    Args:
        clock: Dates what is accepted.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._trouble: dict[str, _Trouble] = {"sms": _Trouble(), "email": _Trouble()}
        self._book = _Book()
        self.opted_out = OptOutList(clock.now)
        self.suppressed = SuppressionList(clock.now)

    @property
    def sms_outbox(self) -> tuple[SmsOut, ...]:
        """Every text accepted so far, oldest first."""
        return tuple(self._book.sms)

    @property
    def email_outbox(self) -> tuple[EmailOut, ...]:
        """Every mail accepted so far, oldest first."""
        return tuple(self._book.email)

    @property
    def sms(self) -> State:
        """Whether texts can be handed over."""
        return self._trouble["sms"].state

    @sms.setter
    def sms(self, state: State) -> None:
        self._trouble["sms"].state = state

    @property
    def email(self) -> State:
        """Whether mails can be handed over."""
        return self._trouble["email"].state

    @email.setter
    def email(self, state: State) -> None:
        self._trouble["email"].state = state

    def throttle(self, channel: Channel, count: int) -> None:
        """Answer the next ``count`` sends with "too many requests"."""
        self._trouble[channel].throttle_next += count

    def refuse(self, channel: Channel, count: int) -> None:
        """Answer the next ``count`` sends with "this request is wrong"."""
        self._trouble[channel].refuse_next += count

    def lose_answers(self, channel: Channel, count: int) -> None:
        """Accept the next ``count`` sends, then let the caller wait until it times out."""
        self._trouble[channel].lose_next += count

    def remember(self, messages: Iterable["SmsOut | EmailOut"]) -> None:
        """Put into the outboxes what was accepted before. Nobody is told."""
        for one in messages:
            (self._book.sms if isinstance(one, SmsOut) else self._book.email).append(one)  # type: ignore[arg-type]

    def on_sms(self, observer: Callable[[SmsOut], None]) -> None:
        """Call ``observer`` with every text as it is accepted."""
        self._book.on_sms.append(observer)

    def on_email(self, observer: Callable[[EmailOut], None]) -> None:
        """Call ``observer`` with every mail as it is accepted."""
        self._book.on_email.append(observer)

    def attach(self, client: BaseClient) -> None:
        """Answer for one boto3 client, in place of the network and of moto.

        Needed only where no local cloud runs: inside one, every client is answered already.
        """
        from moto.core.models import botocore_stubber

        client.meta.events.unregister("before-send", botocore_stubber)
        client.meta.events.register("before-send", lambda request, **_: self.answer_or_refuse(request))

    def answer_or_refuse(self, request: AWSPreparedRequest) -> AWSResponse:
        """Answer, and refuse what is not ours rather than let it reach the network."""
        answer = self.answer(request)
        if answer is not None:
            return answer
        return answered(request, Refusal(404, "UnknownOperationException"))

    def answer(self, request: AWSPreparedRequest) -> AWSResponse | None:
        """Answer one signed request.

        Returns:
            The response, or None when the request is for neither of the two.

        Raises:
            EndpointConnectionError: The channel is down.
            ReadTimeoutError: Accepted, but the answer is lost.
        """
        url = urlsplit(str(request.url))
        host = (url.hostname or "").split(".")[0]
        if host == "sms-voice":
            return self._answer_sms(request)
        if host != "email":
            return None
        if url.path == "/v2/email/outbound-emails" and request.method == "POST":
            return self._serve("email", request, check_email, self._accept_email)
        self._check_reachable("email", request)
        listed = self.suppressed.answer(str(request.method), url, _asked(request))
        return None if listed is None else answered(request, listed)

    def _answer_sms(self, request: AWSPreparedRequest) -> AWSResponse:
        target = request.headers.get("X-Amz-Target", "")
        name = (target.decode() if isinstance(target, bytes) else str(target)).rpartition(".")[2]
        if name == "SendTextMessage":
            return self._serve("sms", request, check_sms, self._accept_sms)
        self._check_reachable("sms", request)
        listed = self.opted_out.answer(name, _asked(request))
        return answered(request, listed or Refusal(400, "UnknownOperationException", f"no {name} here"))

    def _serve(
        self,
        channel: Channel,
        request: AWSPreparedRequest,
        check: Callable[[Asked], Refusal | None],
        accept: Callable[[Asked], str],
    ) -> AWSResponse:
        self._check_reachable(channel, request)
        trouble, asked = self._trouble[channel], _asked(request)
        refusal = self._troubled(channel, trouble) or check(asked) or self._opted_out(asked)
        if refusal:
            return answered(request, refusal)
        message_id = accept(asked)
        if trouble.lose_next:
            trouble.lose_next -= 1
            raise ReadTimeoutError(endpoint_url=str(request.url), error="the answer was lost")
        return answered(request, {"MessageId": message_id})

    def _check_reachable(self, channel: Channel, request: AWSPreparedRequest) -> None:
        if self._trouble[channel].state == "down":
            raise EndpointConnectionError(endpoint_url=str(request.url), error="connection refused")

    def _troubled(self, channel: Channel, trouble: _Trouble) -> Refusal | None:
        if trouble.throttle_next:
            trouble.throttle_next -= 1
            if channel == "sms":
                return Refusal(400, "ThrottlingException", "Rate exceeded")
            return Refusal(429, "TooManyRequestsException", "Rate exceeded")
        if trouble.refuse_next:
            trouble.refuse_next -= 1
            if channel == "sms":
                return Refusal(400, "ValidationException", "Refused", {"Reason": "OTHER"})
            return Refusal(400, "MessageRejected", "Refused")
        return None

    def _opted_out(self, asked: Asked) -> Refusal | None:
        number = asked.get("DestinationPhoneNumber")
        if number not in self.opted_out:
            return None
        reason = {"Reason": "DESTINATION_PHONE_NUMBER_OPTED_OUT", "ResourceType": "opt-out-list"}
        return Refusal(400, "ConflictException", "Destination phone number opted out", reason)

    def _accept_sms(self, asked: Asked) -> str:
        message_id = f"sms-{len(self._book.sms) + 1:08d}"
        sms = SmsOut(
            at=self._clock.now(),
            to=asked["DestinationPhoneNumber"],
            from_=asked.get("OriginationIdentity", ""),
            body=asked["MessageBody"],
            context=dict(asked.get("Context", {})),
            message_id=message_id,
            time_to_live=asked.get("TimeToLive"),
            message_type=asked.get("MessageType"),
            configuration_set=asked.get("ConfigurationSetName"),
        )
        if asked.get("DryRun"):
            return message_id
        self._book.sms.append(sms)
        for observer in self._book.on_sms:
            observer(sms)
        return message_id

    def _accept_email(self, asked: Asked) -> str:
        message_id = f"email-{len(self._book.email) + 1:08d}"
        simple = asked["Content"]["Simple"]
        email = EmailOut(
            at=self._clock.now(),
            to=asked["Destination"]["ToAddresses"][0],
            from_=asked["FromEmailAddress"],
            subject=simple["Subject"]["Data"],
            text=simple["Body"].get("Text", {}).get("Data"),
            html=simple["Body"].get("Html", {}).get("Data"),
            headers={header["Name"]: header["Value"] for header in simple.get("Headers", [])},
            tags={tag["Name"]: tag["Value"] for tag in asked.get("EmailTags", [])},
            message_id=message_id,
            configuration_set=asked.get("ConfigurationSetName"),
            suppressed=asked["Destination"]["ToAddresses"][0] in self.suppressed,
        )
        self._book.email.append(email)
        for observer in self._book.on_email:
            observer(email)
        return message_id


def _asked(request: AWSPreparedRequest) -> Asked:
    asked: Asked = json.loads(request.body or b"{}")
    return asked
