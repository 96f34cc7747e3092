# ruff: noqa: SLF001  # moto offers no way into a queue but through its own checks, which cost milliseconds
"""Clients that answer at once: what a request would do in moto or at the carrier, without the request.

botocore's serialising, signing and parsing, and moto's own routing, are nine tenths of what a call costs
on a laptop. The demo makes some ten thousand of them before its first page. Everything else (functions,
queues, rules, topics, carriers) is as in any local cloud, and rehearsals and tests take the long way.
"""

import hashlib
import itertools
import json
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError
from moto.events.models import events_backends
from moto.sns.models import sns_backends
from moto.sqs.models import Message, Queue, sqs_backends

from infra.local.carrier import Carrier
from infra.local.template_reader import ACCOUNT, REGION
from infra.local.virtual_clock import VirtualClock

Json = dict[str, Any]
_DELAY_MAX_SECONDS = 900


class QuickQueues:
    """What the service asks of SQS, straight into moto's queues."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def send_message_batch(self, QueueUrl: str, Entries: list[Json]) -> Json:  # noqa: N803  boto3's names
        """Queue up to ten messages."""
        for entry in Entries:
            self.put(_name(QueueUrl), entry["MessageBody"], entry.get("DelaySeconds", 0))
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    def send_message(
        self,
        QueueUrl: str,  # noqa: N803  boto3's names
        MessageBody: str,  # noqa: N803
        MessageAttributes: Json | None = None,  # noqa: N803
    ) -> Json:
        """Queue one message."""
        message = self.put(_name(QueueUrl), MessageBody)
        message.message_attributes = dict(MessageAttributes or {})
        return {"MessageId": message.id}

    def get_queue_attributes(self, QueueUrl: str, AttributeNames: list[str]) -> Json:  # noqa: N803
        """Count what waits, all of it under the first name asked for."""
        depth = len(_queue(_name(QueueUrl))._messages)
        return {"Attributes": {name: str(depth if n == 0 else 0) for n, name in enumerate(AttributeNames)}}

    def put(self, name: str, body: str, delay_seconds: int = 0) -> Message:
        """Queue a body by the queue's name."""
        if not 0 <= delay_seconds <= _DELAY_MAX_SECONDS:
            raise ValueError(f"DelaySeconds is 0 to {_DELAY_MAX_SECONDS}: {delay_seconds}")
        digest = hashlib.md5(f"{name}:{next(self._numbers)}".encode(), usedforsecurity=False).hexdigest()
        message = Message(digest, body, {})
        queue = _queue(name)
        message.mark_sent(delay_seconds=delay_seconds or int(queue.delay_seconds))  # type: ignore[attr-defined]
        queue.add_message(message)
        return message


class QuickBus:
    """What the service and the outside ask of EventBridge: rules whose targets are queues."""

    def __init__(self, queues: QuickQueues, clock: VirtualClock) -> None:
        self._queues = queues
        self._clock = clock
        self._numbers = itertools.count(1)

    def put_events(self, Entries: list[Json]) -> Json:  # noqa: N803  boto3's names
        """Put events on a bus."""
        return {"FailedEntryCount": 0, "Entries": [self._put(entry) for entry in Entries]}

    def _put(self, entry: Json) -> Json:
        event_id = hashlib.md5(f"event:{next(self._numbers)}".encode(), usedforsecurity=False).hexdigest()
        event: Any = {
            "version": "0",
            "id": event_id,
            "detail-type": entry["DetailType"],
            "source": entry["Source"],
            "account": ACCOUNT,
            "time": self._clock.now().timestamp(),
            "region": REGION,
            "resources": [],
            "detail": json.loads(entry["Detail"]),
        }
        body: str | None = None
        bus = events_backends[ACCOUNT][REGION].describe_event_bus(entry["EventBusName"])
        for rule in bus.rules.values():
            if rule.event_pattern.matches_event(event):
                body = body or json.dumps(event)
                for target in rule.targets:
                    self._queues.put(_name(target["Arn"]), body)
        return {"EventId": event_id}


class QuickTopics:
    """What the outside asks of SNS: topics that feed queues."""

    def __init__(self, queues: QuickQueues, clock: VirtualClock) -> None:
        self._queues = queues
        self._clock = clock
        self._numbers = itertools.count(1)

    def publish(self, TopicArn: str, Message: str) -> Json:  # noqa: N803  boto3's names
        """Publish a notice, signed by nobody."""
        notice_id = hashlib.md5(f"notice:{next(self._numbers)}".encode(), usedforsecurity=False).hexdigest()
        notice = {
            "Type": "Notification",
            "MessageId": notice_id,
            "TopicArn": TopicArn,
            "Message": Message,
            "Timestamp": self._clock.now().strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        }
        for one in sns_backends[ACCOUNT][REGION].subscriptions.values():
            if one.topic.arn == TopicArn:
                raw = bool(one.attributes.get("RawMessageDelivery"))
                self._queues.put(_name(one.endpoint), Message if raw else json.dumps(notice))
        return {"MessageId": notice_id}


class QuickSender:
    """What the service asks of either carrier: the same answers and refusals, without the wire."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    def send_text_message(self, **asked: Any) -> Json:
        """Send one text."""
        return self._ask("SendTextMessage", "sms-voice", "/", asked)

    def describe_opted_out_numbers(self, **asked: Any) -> Json:
        """Read the list of those who said STOP to the number itself."""
        return self._ask("DescribeOptedOutNumbers", "sms-voice", "/", asked)

    def send_email(self, **asked: Any) -> Json:
        """Send one mail."""
        return self._ask("SendEmail", "email", "/v2/email/outbound-emails", asked)

    def _ask(self, operation: str, host: str, path: str, asked: Mapping[str, Any]) -> Json:
        request: Any = SimpleNamespace(
            url=f"https://{host}.{REGION}.amazonaws.com{path}",
            method="POST",
            headers={"X-Amz-Target": f"PinpointSMSVoiceV2.{operation}"},
            body=json.dumps(asked),
        )
        answer = self._carrier.answer_or_refuse(request)
        body: Json = json.loads(answer.content)
        if answer.status_code == 200:
            return body
        error = {"Code": answer.headers.get("x-amzn-errortype", ""), "Message": body.get("message", "")}
        told = {**body, "Error": error, "ResponseMetadata": {"HTTPStatusCode": answer.status_code}}
        raise ClientError(told, operation)


def quick_clients(carrier: Carrier, clock: VirtualClock) -> Callable[[str], Any]:
    """Return what gives a client by its name. It answers once the resources are there."""
    queues, sender = QuickQueues(), QuickSender(carrier)
    known: dict[str, Any] = {
        "sqs": queues,
        "events": QuickBus(queues, clock),
        "sns": QuickTopics(queues, clock),
        "pinpoint-sms-voice-v2": sender,
        "sesv2": sender,
    }
    return known.__getitem__


def _name(url_or_arn: str) -> str:
    return urlsplit(url_or_arn).path.rsplit("/", 1)[-1].rsplit(":", 1)[-1]


def _queue(name: str) -> Queue:
    queue: Queue = sqs_backends[ACCOUNT][REGION].queues[name]
    return queue
