"""Where the desk's ports meet their adapters. Built on first use, once per container."""

from aftercare import wiring
from aftercare.adapters.cognito import Cognito
from aftercare.adapters.dynamodb_audit import DynamoDbAudit
from aftercare.adapters.dynamodb_board import DynamoDbBoard
from aftercare.adapters.dynamodb_charts import DynamoDbCharts
from aftercare.adapters.dynamodb_histories import DynamoDbHistories
from aftercare.adapters.dynamodb_once import DynamoDbOnce
from aftercare.adapters.dynamodb_sessions import DynamoDbSessions
from aftercare.adapters.dynamodb_sign_ins import DynamoDbSignIns
from aftercare.config import read_config
from aftercare.desk_ports import Desk, Once

_built: list[Desk] = []


def desk() -> Desk:
    """Return everything outside, as the desk needs it; a new one after ``wiring.rewire``."""
    ports = wiring.ports()
    if not _built or _built[0].ports is not ports:
        client, table = wiring.client("dynamodb"), read_config().table_name
        _built[:] = [
            Desk(
                ports=ports,
                board=DynamoDbBoard(client, table),
                histories=DynamoDbHistories(client, table),
                charts=DynamoDbCharts(client, table),
                audit=DynamoDbAudit(client, table),
                sign_ins=DynamoDbSignIns(client, table),
                sessions=DynamoDbSessions(client, table),
            )
        ]
    return _built[0]


def once() -> Once:
    """Return where the keys of the API's writes are kept."""
    return DynamoDbOnce(wiring.client("dynamodb"), read_config().table_name)


def identity() -> Cognito:
    """Return where staff sign in, as the template's variables name it."""
    config = read_config()
    back_to = f"{config.public_base_url}/signed-in"
    return Cognito(config.sign_in_domain, config.sign_in_client, config.sign_in_issuer, back_to)
