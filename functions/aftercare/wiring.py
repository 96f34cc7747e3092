"""The only place where ports meet adapters. Everything is built on first use, once per container."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from botocore.config import Config as ClientConfig
from botocore.loaders import Loader
from botocore.session import Session, get_session

from aftercare.adapters.dynamodb_alerts import DynamoDbAlerts
from aftercare.adapters.dynamodb_clinics import DynamoDbClinics
from aftercare.adapters.dynamodb_due import DynamoDbDue
from aftercare.adapters.dynamodb_followups import DynamoDbFollowups
from aftercare.adapters.dynamodb_tasks import DynamoDbLinks, DynamoDbTasks
from aftercare.adapters.end_user_messaging import EndUserMessaging
from aftercare.adapters.eventbridge_bus import EventBridgeBus
from aftercare.adapters.opt_out_list import CarrierOptOuts
from aftercare.adapters.ses_mail import SesMail
from aftercare.adapters.sqs_queues import SqsParkedQueue, SqsTouchQueue
from aftercare.adapters.system_clock import RandomIds, SystemClock
from aftercare.config import read_config
from aftercare.ports import Clock, Ids, Ports

# Both are worked out anew for every call and cost a quarter of its CPU: the check of our own requests
# against the service's model, which the service makes as well and the laptop and every test make too
# (``checked``), and the user agent.
_LEAN = ClientConfig(parameter_validation=False, user_agent="aftercare")
# A claim fails safe when the store is slow; a function waits seconds for it, not botocore's minute.
_STORE = ClientConfig(
    retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=2, read_timeout=5
)
# botocore posts a timed-out send three times by default, and these two calls have no client token.
_SENDING = ClientConfig(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=6)
_CONFIGS = {"pinpoint-sms-voice-v2": _SENDING, "sesv2": _SENDING}

Clients = Callable[[str], Any]


class _Models(Loader):  # type: ignore[misc]  # botocore ships no types
    """Finds the model of a service by its name: botocore lists those of all 400 first, twice."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002  the same of each type
        return sorted(self.asked)


_MODELS = _Models()


@lru_cache(maxsize=1)
def _session() -> Session:
    session = get_session()
    session.register_component("data_loader", _MODELS)
    return session


def boto_client(name: str, *, checked: bool = False) -> Any:
    """Return a boto3 client with our time-outs; endpoints are left to the environment.

    Made by botocore, as boto3 itself makes it: boto3's resources and transfers, which nothing here uses,
    would be a sixth of a cold start. ``checked``: botocore holds every request against the service's
    model before it leaves.
    """
    config = _CONFIGS.get(name, _STORE)
    _MODELS.asked.add(name)
    return _session().create_client(name, config=config if checked else config.merge(_LEAN))


class _Lazy:
    """Stands for a client until its first call: a function pays only for the clients it uses."""

    def __init__(self, name: str, clients: Clients) -> None:
        self._name = name
        self._clients = clients

    def __getattr__(self, operation: str) -> Any:
        client = self.__dict__.get("_client")
        if client is None:
            client = self.__dict__["_client"] = self._clients(self._name)
        return getattr(client, operation)


_parts: dict[str, Any] = {}
_clients: dict[str, _Lazy] = {}


def client(name: str) -> Any:
    """Return the container's one client of a service, made at its first call."""
    return _clients.setdefault(name, _Lazy(name, _parts.get("clients") or boto_client))


def rewire(*, clock: Clock | None = None, ids: Ids | None = None, clients: Clients | None = None) -> None:
    """Replace the outside: for the laptop deployment and tests. Without arguments, the real one again."""
    _parts.clear()
    _clients.clear()
    _parts.update({k: v for k, v in {"clock": clock, "ids": ids, "clients": clients}.items() if v})
    ports.cache_clear()


@lru_cache(maxsize=1)
def ports() -> Ports:
    """Return everything outside, wired once."""
    config = read_config()
    clock: Clock = _parts.get("clock") or SystemClock()
    ids: Ids = _parts.get("ids") or RandomIds()
    dynamodb, sqs = client("dynamodb"), client("sqs")
    table = config.table_name
    return Ports(
        clock=clock,
        ids=ids,
        followups=DynamoDbFollowups(dynamodb, table),
        clinics=DynamoDbClinics(dynamodb, table, clock),
        tasks=DynamoDbTasks(dynamodb, table),
        alerts=DynamoDbAlerts(dynamodb, table),
        due=DynamoDbDue(dynamodb, table),
        touch_queue=SqsTouchQueue(sqs, config.touch_queue_url),
        parked=SqsParkedQueue(sqs, config.parked_queue_url),
        opt_outs=CarrierOptOuts(client("pinpoint-sms-voice-v2"), config.opt_out_list),
        bus=EventBridgeBus(client("events"), config.bus_name),
        sms=EndUserMessaging(client("pinpoint-sms-voice-v2"), config.sms_configuration_set),
        email=SesMail(client("sesv2"), config.email_configuration_set),
        links=DynamoDbLinks(dynamodb, table),
        public_base_url=config.public_base_url,
        sms_parts_per_second=config.sms_parts_per_second,
    )
