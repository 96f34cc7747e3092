"""Answers in the form in which botocore reads them off the wire."""

import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from infra.local.carrier_rules import Refusal

Asked = Mapping[str, Any]


class _Body(BytesIO):
    """What botocore reads an answer from."""

    def stream(self, **_: object) -> Any:
        """Yield the rest in one piece."""
        yield self.read()


def answered(request: AWSPreparedRequest, answer: Asked | Refusal) -> AWSResponse:
    """Return an answer of status 200, or the error that a refusal describes."""
    if isinstance(answer, Refusal):
        # sms-voice spells it "Message", sesv2 "message"; both clients read the type from the header.
        body = {"__type": answer.code, "Message": answer.text, "message": answer.text, **answer.more}
        return _response(request, answer.status, body, {"x-amzn-errortype": answer.code})
    return _response(request, 200, answer)


def _response(
    request: AWSPreparedRequest, status: int, body: Asked, headers: Mapping[str, str] | None = None
) -> AWSResponse:
    raw = _Body(json.dumps(body).encode())
    return AWSResponse(str(request.url), status, dict(headers or {}), raw)
