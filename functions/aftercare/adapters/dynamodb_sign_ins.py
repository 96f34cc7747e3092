"""Who is signed in, in DynamoDB. A secret is never stored, only its hash."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from aftercare.adapters.attributes import instant, item, ms, plain
from aftercare.adapters.board_keys import INDEX, SIGN_INS, board_of, by_time
from aftercare.adapters.many_items import query_all
from aftercare.adapters.store_faults import store_faults
from aftercare.domain.errors import Conflict
from aftercare.domain.ids import ClinicId
from aftercare.domain.sign_in import IDLE_MAX, KEPT_MAX, SignIn
from aftercare.domain.staff import Person, Role

_SIGN_IN = "~signin#"


class DynamoDbSignIns:
    """One item per sign-in; it expires by itself when it cannot stand any more."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def keep(self, sign_in: SignIn) -> None:
        with store_faults():
            self._client.put_item(TableName=self._table, Item=_item(sign_in))

    def seen(self, secret_hash: str, now: datetime) -> SignIn | None:
        # Time to live may take days to delete: what does not stand is refused here.
        stands = {":now": ms(now), ":idle": ms(now - IDLE_MAX), ":kept": ms(now - KEPT_MAX)}
        answer: dict[str, Any] = {}
        try:
            with store_faults():
                answer = self._client.update_item(
                    TableName=self._table,
                    Key=_key(secret_hash),
                    UpdateExpression="SET seen_at = :now",
                    ConditionExpression="seen_at > :idle AND began_at > :kept",
                    ExpressionAttributeValues=item(stands),
                    ReturnValues="ALL_NEW",
                )
        except Conflict:
            return None
        return _from(answer["Attributes"])

    def held(self, secret_hash: str, now: datetime) -> SignIn | None:
        answer: dict[str, Any] = {}
        with store_faults():
            answer = self._client.get_item(TableName=self._table, Key=_key(secret_hash), ConsistentRead=True)
        found = _from(answer["Item"]) if "Item" in answer else None
        return found if found is not None and found.stands(now) else None

    def end(self, secret_hash: str) -> None:
        with store_faults():
            self._client.delete_item(TableName=self._table, Key=_key(secret_hash))

    def of_clinic(self, clinic_id: ClinicId) -> Sequence[SignIn]:
        rows = query_all(
            self._client,
            TableName=self._table,
            IndexName=INDEX,
            KeyConditionExpression="board = :board",
            ExpressionAttributeValues=item({":board": board_of(clinic_id, SIGN_INS)}),
        )
        return [_from(row) for row in rows]


def _key(secret_hash: str) -> dict[str, Any]:
    return item({"pk": f"{_SIGN_IN}{secret_hash}", "sk": "SIGNIN"})


def _item(sign_in: SignIn) -> dict[str, Any]:
    person = sign_in.person
    return item(
        {
            "pk": f"{_SIGN_IN}{sign_in.secret_hash}",
            "sk": "SIGNIN",
            "board": board_of(person.clinic_id, SIGN_INS),
            "board_key": by_time(sign_in.began_at, sign_in.secret_hash[:8]),
            "clinic": person.clinic_id,
            "who": person.id,
            "name": person.name,
            "roles": {role.value for role in person.roles},
            "form_secret": sign_in.form_secret,
            "began_at": ms(sign_in.began_at),
            "seen_at": ms(sign_in.seen_at),
            "expires_at": ms(sign_in.began_at + KEPT_MAX) // 1000,
        }
    )


def _from(stored: Mapping[str, Any]) -> SignIn:
    raw = plain(stored)
    roles = frozenset(Role(name) for name in raw.get("roles", ()))
    person = Person(raw["who"], raw["name"], roles, ClinicId(raw["clinic"]))
    secret_hash = raw["pk"].removeprefix(_SIGN_IN)
    return SignIn(secret_hash, person, raw["form_secret"], instant(raw["began_at"]), instant(raw["seen_at"]))
