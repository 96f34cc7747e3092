"""Where the ports of the patients' pages meet their adapters. Built on first use, once per container."""

from aftercare import wiring
from aftercare.adapters.dynamodb_drafts import DynamoDbDrafts
from aftercare.config import read_config
from aftercare.desk_ports import Forms

_built: list[Forms] = []


def forms() -> Forms:
    """Return everything outside, as the patients' pages need it; a new one after ``wiring.rewire``."""
    ports = wiring.ports()
    if not _built or _built[0].ports is not ports:
        client, table = wiring.client("dynamodb"), read_config().table_name
        _built[:] = [Forms(ports, DynamoDbDrafts(client, table))]
    return _built[0]
