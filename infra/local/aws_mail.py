"""What SES publishes: a mail that came in, and what became of one that went out.

Source: Amazon SES developer guide, "Contents of notifications for Amazon SES email receiving", "Contents
of event data that Amazon SES publishes to Amazon SNS" and its examples.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Any

from infra.local.carrier import EmailOut
from infra.local.template_reader import ACCOUNT, REGION

Json = dict[str, Any]

# The SNS action of a receipt rule takes no larger mail than this, in bytes.
CONTENT_MAX = 150 * 1024
SUPPRESSED = "OnAccountSuppressionList"
_REPORTER = "dsn; mta.example.com"
_SUB_TYPES = {"Permanent": "General", "Transient": "General", "Undetermined": "Undetermined"}
_STATUS = {"Permanent": "5.1.1", "Transient": "4.2.2", "Undetermined": "5.0.0"}


def raw_mail(mail: Mapping[str, Any], message_id: str, at: datetime) -> str:
    """Write a mail as a mail program sends it.

    Args:
        mail: ``{"from", "to", "subject"?, "text"?}``.
        message_id: What its Message-ID header is made from.
        at: When it was written.
    """
    written = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    written["From"], written["To"] = mail["from"], mail["to"]
    written["Subject"] = mail.get("subject") or ""
    written["Date"] = format_datetime(at)
    written["Message-ID"] = f"<{message_id}@mail.example.org>"
    # Half an emoji cannot be written down; a mail program would not have sent it.
    text = (mail.get("text") or "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    written.set_content(text)
    return written.as_bytes().decode("ascii")


def received_mail(mail: Mapping[str, Any], message_id: str, at: datetime, topic_arn: str) -> Json:
    """Return the notification of a mail that a receipt rule took; a large one comes without content."""
    content = raw_mail(mail, message_id, at)
    sender, recipient = parseaddr(mail["from"])[1], parseaddr(mail["to"])[1]
    subject = mail.get("subject") or ""
    header_id = f"<{message_id}@mail.example.org>"
    verdicts = {f"{name}Verdict": {"status": "PASS"} for name in ("spam", "virus", "spf", "dkim", "dmarc")}
    headers = [
        {"name": "Return-Path", "value": f"<{sender}>"},
        {"name": "From", "value": mail["from"]},
        {"name": "To", "value": mail["to"]},
        {"name": "Subject", "value": subject},
        {"name": "Date", "value": format_datetime(at)},
        {"name": "Message-ID", "value": header_id},
    ]
    notice: Json = {
        "notificationType": "Received",
        "mail": {
            "timestamp": _stamp(at),
            "source": sender,
            "messageId": message_id,
            "destination": [recipient],
            "headersTruncated": False,
            "headers": headers,
            "commonHeaders": {
                "returnPath": sender,
                "from": [mail["from"]],
                "date": format_datetime(at),
                "to": [mail["to"]],
                "messageId": header_id,
                "subject": subject,
            },
        },
        "receipt": {
            "timestamp": _stamp(at),
            "processingTimeMillis": 400,
            "recipients": [recipient],
            **verdicts,
            "action": {"type": "SNS", "topicArn": topic_arn, "encoding": "UTF8"},
        },
    }
    return notice if len(content) > CONTENT_MAX else {**notice, "content": content}


def mail_event(
    email: EmailOut, event_type: str, at: datetime, bounce_type: str | None = None, sub_type: str = ""
) -> Json:
    """Return what became of a mail.

    Args:
        email: As it was accepted, or made up for one that is not ours.
        event_type: As ``Bounce`` or ``Rendering Failure``.
        at: When SES learned of it.
        bounce_type: ``Permanent`` (also when left out), ``Transient`` or ``Undetermined``.
        sub_type: A bounce's sub-type, if not the usual one.
    """
    name, told = _told(email, event_type, at, bounce_type or "Permanent", sub_type)
    return {"eventType": event_type, name: told, "mail": _about(email)}


def _told(
    email: EmailOut, event_type: str, at: datetime, bounce_type: str, sub_type: str
) -> tuple[str, Json]:
    when = {"timestamp": _stamp(at)}
    feedback = {**when, "feedbackId": f"feedback-{email.message_id}"}
    seen = {**when, "ipAddress": "192.0.2.1", "userAgent": "Mozilla/5.0"}
    match event_type:
        case "Bounce":
            return "bounce", {**feedback, **_bounce(email.to, bounce_type, sub_type)}
        case "Complaint":
            recipients = [{"emailAddress": email.to}]
            told = {"complainedRecipients": recipients, "complaintFeedbackType": "abuse"}
            return "complaint", {**feedback, **told, "complaintSubType": None}
        case "Delivery":
            return "delivery", {
                **when,
                "processingTimeMillis": max(0, int((at - email.at) / timedelta(milliseconds=1))),
                "recipients": [email.to],
                "smtpResponse": "250 2.6.0 Message received",
                "reportingMTA": "mta.example.com",
            }
        case "DeliveryDelay":
            late = {
                "emailAddress": email.to,
                "status": "4.4.1",
                "diagnosticCode": "smtp; 421 4.4.1 try later",
            }
            return "deliveryDelay", {
                **when,
                "delayType": "TransientCommunicationFailure",
                "expirationTime": _stamp(email.at + timedelta(hours=14)),
                "delayedRecipients": [late],
            }
        case "Reject":
            return "reject", {"reason": "Bad content"}
        case "Rendering Failure":
            return "failure", {"templateName": "none", "errorMessage": "Attribute is not present"}
        case "Click":
            return "click", {**seen, "link": "https://care.example/", "linkTags": None}
        case "Subscription":
            return "subscription", {**when, "contactList": "none", "source": "UnsubscribeHeader"}
        case _:  # Send has nothing to tell, Open only where and when
            return event_type.lower(), seen if event_type == "Open" else {}


def _bounce(to: str, bounce_type: str, sub_type: str) -> Json:
    status = _STATUS[bounce_type]
    recipient = {
        "emailAddress": to,
        "action": "failed",
        "status": status,
        "diagnosticCode": f"smtp; 550 {status} not delivered",
    }
    return {
        "bounceType": bounce_type,
        "bounceSubType": sub_type or _SUB_TYPES[bounce_type],
        "bouncedRecipients": [recipient],
        "reportingMTA": _REPORTER,
    }


def _about(email: EmailOut) -> Json:
    sender = parseaddr(email.from_)[1]
    headers = {"From": email.from_, "To": email.to, "Subject": email.subject, **email.headers}
    return {
        "timestamp": _stamp(email.at),
        "source": email.from_,
        "sourceArn": f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/{sender.partition('@')[2]}",
        "sendingAccountId": ACCOUNT,
        "messageId": email.message_id,
        "destination": [email.to],
        "headersTruncated": False,
        "headers": [{"name": name, "value": value} for name, value in headers.items()],
        "commonHeaders": {
            "from": [email.from_],
            "to": [email.to],
            "messageId": email.message_id,
            "subject": email.subject,
        },
        "tags": {
            "ses:configuration-set": [email.configuration_set or ""],
            "ses:from-domain": [sender.partition("@")[2]],
            **{name: [value] for name, value in email.tags.items()},
        },
    }


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
