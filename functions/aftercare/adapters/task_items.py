"""How a task for staff is written down, and where it stands on the board."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aftercare.adapters.attributes import instant, item, ms, plain
from aftercare.adapters.board_keys import OPEN, board_of, by_time
from aftercare.domain.ids import ClinicId, PatientId
from aftercare.domain.records import Task, TaskKind
from aftercare.domain.worklist import Section, section_of

TASK = "TASK#"
# Closed tasks move aside rather than leave: an opening that is repeated sets the place only where there is
# none, so what stands somewhere can never come back to the open ones.
CLOSED = "closed"
_RANK = {section: rank for rank, section in enumerate(Section)}


def _unnamed(task: Task) -> str:
    """Tell apart what was opened in one instant. A cursor shows it, and the id may say what is wrong."""
    return hashlib.sha256(task.id.encode()).hexdigest()[:16]


def task_key(clinic_id: ClinicId, task_id: str) -> dict[str, Any]:
    return item({"pk": clinic_id, "sk": f"{TASK}{task_id}"})


def task_update(task: Task, table: str) -> dict[str, Any]:
    """Open a task unless it is there: an upsert that leaves an open or closed one as it is."""
    values = {
        "kind": task.kind.value,
        "patient": task.patient_id or "-",
        "reason": task.reason,
        "opened_at": ms(task.opened_at),
        "state": "open",
        "board": board_of(task.clinic_id, OPEN),
        "board_key": f"2#{_RANK[section_of(task.kind)]}#{by_time(task.opened_at, _unnamed(task))}",
    }
    sets = ", ".join(f"#{name} = if_not_exists(#{name}, :{name})" for name in values)
    return {
        "TableName": table,
        "Key": task_key(task.clinic_id, task.id),
        "UpdateExpression": f"SET {sets}",
        "ExpressionAttributeNames": {f"#{name}": name for name in values},
        "ExpressionAttributeValues": item({f":{name}": value for name, value in values.items()}),
    }


def task_close(task: Task, why: str, at: datetime, table: str) -> dict[str, Any]:
    """Close a task that is open: it leaves the open ones."""
    values = {
        ":closed": "closed",
        ":open": "open",
        ":at": ms(at),
        ":why": why,
        ":board": board_of(task.clinic_id, CLOSED),
        ":key": by_time(at, task.id),
    }
    return {
        "TableName": table,
        "Key": task_key(task.clinic_id, task.id),
        "UpdateExpression": "SET #state = :closed, closed_at = :at, closed_why = :why, "
        "board = :board, board_key = :key",
        "ConditionExpression": "#state = :open",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        "ExpressionAttributeNames": {"#state": "state"},
        "ExpressionAttributeValues": item(values),
    }


def task_from(stored: Mapping[str, Any]) -> Task:
    """Return the task that ``task_update`` opened."""
    raw = plain(stored)
    patient_id = None if raw["patient"] == "-" else PatientId(raw["patient"])
    name = raw["sk"].removeprefix(TASK)
    kind, reason, at = TaskKind(raw["kind"]), raw["reason"], instant(raw["opened_at"])
    return Task(name, ClinicId(raw["pk"]), patient_id, kind, reason, at)
