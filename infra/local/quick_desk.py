"""The desk over any table that answers like DynamoDB: for the quick world, seeds and tests."""

from typing import Any

from aftercare.adapters.dynamodb_audit import DynamoDbAudit
from aftercare.adapters.dynamodb_board import DynamoDbBoard
from aftercare.adapters.dynamodb_charts import DynamoDbCharts
from aftercare.adapters.dynamodb_histories import DynamoDbHistories
from aftercare.adapters.dynamodb_sessions import DynamoDbSessions
from aftercare.adapters.dynamodb_sign_ins import DynamoDbSignIns
from aftercare.desk_ports import Desk
from aftercare.ports import Ports


def desk_on(client: Any, ports: Ports, table: str = "aftercare") -> Desk:
    """Return the desk's ports on this table."""
    return Desk(
        ports=ports,
        board=DynamoDbBoard(client, table),
        histories=DynamoDbHistories(client, table),
        charts=DynamoDbCharts(client, table),
        audit=DynamoDbAudit(client, table),
        sessions=DynamoDbSessions(client, table),
        sign_ins=DynamoDbSignIns(client, table),
    )
