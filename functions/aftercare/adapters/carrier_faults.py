"""What a carrier's answer proves.

Neither SendTextMessage nor SendEmail takes a client token, so only an answer that proves the message
was not accepted may lead to another try. Silence proves nothing.
"""

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ProxyConnectionError,
)
from botocore.exceptions import ConnectionError as BotoConnectionError

from aftercare.domain.hand_over import Busy, HandOver, Refused, Unknown
from aftercare.domain.touch import Reason

# Answers that the same message may meet otherwise in a while: limits, and settings an operator mends.
_LATER = {
    "ThrottlingException",
    "TooManyRequestsException",
    "LimitExceededException",
    "ServiceQuotaExceededException",
    "AccessDeniedException",
    "ResourceNotFoundException",
    "NotFoundException",
    "AccountSuspendedException",
    "SendingPausedException",
    "MailFromDomainNotVerifiedException",
    "ExpiredTokenException",
    "UnrecognizedClientException",
}
_OPTED_OUT = "DESTINATION_PHONE_NUMBER_OPTED_OUT"
_NEVER_REACHED = (EndpointConnectionError, ConnectTimeoutError, ProxyConnectionError)


def answer_of(error: ClientError | BotoConnectionError | HTTPClientError) -> HandOver:
    """Return what a failed hand-over means."""
    if not isinstance(error, ClientError):
        return Busy() if isinstance(error, _NEVER_REACHED) else Unknown()
    code = error.response.get("Error", {}).get("Code", "")
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500))
    if code in _LATER:
        return Busy()
    if code == "ConflictException" and error.response.get("Reason") == _OPTED_OUT:
        return Refused(Reason.CARRIER_OPTED_OUT)
    return Unknown() if status >= 500 else Refused(Reason.CARRIER_REFUSED)
