"""How the in-memory table says no: the codes, shapes and exception classes of a real client."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from botocore.exceptions import ClientError, ParamValidationError

Raised: TypeAlias = ClientError | ParamValidationError


class Rejected(Exception):
    """A request the table turns down, before it knows which operation asked.

    Attributes:
        code: DynamoDB's error code.
        message: DynamoDB's sentence, or close to it.
        extras: Members beside ``Error`` in the answer (``Item``, ``CancellationReasons``).
    """

    def __init__(self, code: str, message: str, extras: Mapping[str, Any] | None = None) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.extras = extras or {}


def invalid(message: str) -> Rejected:
    """Build the refusal for a request that can never succeed as it stands."""
    return Rejected("ValidationException", message)


def condition_failed(item: Mapping[str, Any] | None) -> Rejected:
    """Build the refusal of a condition; the old item rides along when it was asked for."""
    extras = {"Item": item} if item else {}
    return Rejected("ConditionalCheckFailedException", "The conditional request failed", extras)


def malformed(report: str) -> ParamValidationError:
    """Build what botocore itself raises for a request that does not fit the service model."""
    return ParamValidationError(report=report)


# botocore ships no types: its exception is `Any` to the type checker.
class ConditionalCheckFailedException(ClientError):  # type: ignore[misc]
    """A condition did not hold."""


class TransactionCanceledException(ClientError):  # type: ignore[misc]
    """A transaction was refused as a whole; the reasons stand in the response."""


class IdempotentParameterMismatchException(ClientError):  # type: ignore[misc]
    """A client token came back with another request."""


class ResourceNotFoundException(ClientError):  # type: ignore[misc]
    """There is no such table."""


class ClientExceptions:
    """The classes a boto3 DynamoDB client offers as ``client.exceptions``.

    ``ValidationException`` is missing on purpose: botocore's model does not have it either.
    """

    ClientError = ClientError
    ConditionalCheckFailedException = ConditionalCheckFailedException
    TransactionCanceledException = TransactionCanceledException
    IdempotentParameterMismatchException = IdempotentParameterMismatchException
    ResourceNotFoundException = ResourceNotFoundException


def client_error(rejected: Rejected, operation: str) -> ClientError:
    """Turn a refusal into the exception a boto3 client raises for ``operation``."""
    kind = getattr(ClientExceptions, rejected.code, ClientError)
    status = {"RequestId": "in-memory", "HTTPStatusCode": 400, "HTTPHeaders": {}, "RetryAttempts": 0}
    response = {
        "Error": {"Code": rejected.code, "Message": rejected.message},
        "ResponseMetadata": status,
        "message": rejected.message,
        **rejected.extras,
    }
    error: ClientError = kind(response, operation)
    return error
