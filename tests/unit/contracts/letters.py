"""Mails as patients' programs write them, in the notice in which SES hands them over."""

import base64
import json
from typing import Any

ABSENT = object()
ADA = "Ada Example <Ada@Example.org>"
CLINIC = "care@hudson.example.org"


def letter(
    body: str, *, kind: str = 'text/plain; charset="utf-8"', encoding: str = "8bit", **headers: str
) -> str:
    """Return a whole mail; ``in_reply_to="..."`` becomes ``In-Reply-To``, an empty value takes one out."""
    written = {
        "Return-Path": "<ada@example.org>",
        "From": ADA,
        "To": f"Hudson <{CLINIC}>",
        "Subject": "Re: Your check-in",
        "Message-ID": "<CAF1@mail.example.org>",
        "Date": "Tue, 24 Nov 2026 10:02:00 -0500",
        "MIME-Version": "1.0",
        "Content-Type": kind,
        "Content-Transfer-Encoding": encoding,
    }
    by_lower = {name.lower(): name for name in written}
    for name, value in headers.items():
        dashed = name.replace("_", "-")
        written[by_lower.get(dashed.lower(), dashed)] = value
    head = "".join(f"{name}: {value}\r\n" for name, value in written.items() if value)
    return f"{head}\r\n{body}".replace("\r\n", "\n").replace("\n", "\r\n")


def multipart(subtype: str, *parts: str, boundary: str = "=_b1") -> dict[str, str]:
    """Return body and content type of parts, for ``letter(**multipart(...))``."""
    body = "".join(f"--{boundary}\n{part}\n" for part in parts) + f"--{boundary}--\n"
    return {"body": body, "kind": f'multipart/{subtype}; boundary="{boundary}"', "encoding": "7bit"}


def leaf(kind: str, body: str, encoding: str = "8bit", disposition: str = "") -> str:
    """Return one part of a multipart."""
    if encoding == "base64":
        body = base64.encodebytes(body.encode()).decode()
    extra = f"Content-Disposition: {disposition}\n" if disposition else ""
    return f"Content-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n{extra}\n{body}"


def notice(content: object, *, envelope: dict[str, object] | None = None, **fields: object) -> str:
    """Return the SQS body for one mail.

    Args:
        content: The whole mail; ``ABSENT`` for none.
        envelope: Fields of the SNS envelope to replace.
        fields: Fields of ``mail`` and, with ``receipt_`` before them, of ``receipt`` to replace.
    """
    mail: dict[str, Any] = {
        "timestamp": "2026-11-24T15:02:10.000Z",
        "source": "ada@example.org",
        "messageId": "d6iitobk75ur44p8kdnnp7g2n800",
        "destination": [CLINIC],
        "headersTruncated": False,
        "headers": [{"name": "From", "value": ADA}, {"name": "Subject", "value": "Re: Your check-in"}],
        "commonHeaders": {"from": [ADA], "subject": "Re: Your check-in"},
    }
    receipt: dict[str, Any] = {
        "timestamp": "2026-11-24T15:02:11.204Z",
        "processingTimeMillis": 222,
        "recipients": [CLINIC],
        **{f"{kind}Verdict": {"status": "PASS"} for kind in ("spam", "virus", "spf", "dkim", "dmarc")},
        "action": {"type": "SNS", "topicArn": "arn:aws:sns:us-east-1:123456789012:mail", "encoding": "UTF8"},
    }
    for name, value in fields.items():
        where, key = (receipt, name[8:]) if name.startswith("receipt_") else (mail, name)
        where[key] = value
    message: dict[str, Any] = {"notificationType": "Received", "mail": mail, "receipt": receipt}
    message = {
        key: {k: v for k, v in m.items() if v is not ABSENT} if isinstance(m, dict) else m
        for key, m in message.items()
    }
    if content is not ABSENT:
        message["content"] = content
    outer: dict[str, Any] = {
        "Type": "Notification",
        "MessageId": "sns-1",
        "TopicArn": "arn:aws:sns:us-east-1:123456789012:mail",
        "Message": json.dumps(message),
        "Timestamp": "2026-11-24T15:02:12.000Z",
    } | (envelope or {})
    return json.dumps({key: found for key, found in outer.items() if found is not ABSENT})
