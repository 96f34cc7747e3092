"""What moto works out anew at every call, kept instead: same answers, a third of the time.

Found by profile over whole courses. Each entry stands for one name of moto's; a name that moto drops or
moves fails at the start of the first cloud, not quietly.
"""

import itertools
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from unittest import mock

from botocore.config import Config
from botocore.loaders import Loader
from botocore.session import get_session
from cryptography.hazmat.primitives.asymmetric import rsa
from moto.core.utils import camelcase_to_underscores, method_names_from_class
from moto.kms.utils import generate_private_key

from infra.local.virtual_clock import VirtualClock

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
# A service's model is a megabyte of JSON: parsed once in a process, whoever asks.
_MODELS = Loader()


@lru_cache(maxsize=1)
def _made_once() -> Any:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def quicken(stack: ExitStack, clock: VirtualClock) -> None:
    """Put the quick ones in place until the stack is unwound."""
    # A queue counts its messages at every call, and asks the time of each.
    names: dict[str, Callable[..., Any]] = {
        "moto.sqs.models.unix_time_millis": lambda: (clock.now() - _EPOCH) / _MILLISECOND,
        "moto.sqs.models.camelcase_to_underscores": _underscored,
        "moto.core.responses.camelcase_to_underscores": _underscored,
        "moto.core.responses.method_names_from_class": _methods,
        # Each topic and each key would make an RSA key to sign with, which nobody checks here.
        "moto.sns.models.Subscription.private_key": lambda _subscription: _made_once(),
        "moto.kms.models.generate_private_key": _private_key,
        # Our queues drop what is too old by themselves; moto asks at every message, at a millisecond each.
        "moto.sqs.models.SQSBackend.is_message_valid_based_on_retention_period": lambda *_: True,
        # A random text of 185 letters, drawn one by one, for each message received.
        "moto.sqs.models.generate_receipt_handle": lambda: f"handle-{next(_handles)}",
    }
    for name, quick in names.items():
        stack.enter_context(mock.patch(name, quick))


_handles = itertools.count(1)
_underscored = lru_cache(maxsize=4096)(camelcase_to_underscores)
_methods = lru_cache(maxsize=256)(method_names_from_class)
_private_key = lru_cache(maxsize=16)(generate_private_key)


@lru_cache(maxsize=32)
def surrounding_client(name: str, region: str) -> Any:
    """Return a client of what stands around the service. It keeps no state, and moto answers it each time.

    Args:
        name: The service's name at AWS.
        region: Where the local cloud is.
    """
    session = get_session()
    session.register_component("data_loader", _MODELS)
    # botocore puts a user agent together at every call otherwise.
    return session.create_client(
        name,
        region_name=region,
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106
        config=Config(user_agent="local"),
    )
