"""Forms that are being filled in, in DynamoDB: each beside its link, under the hash of its secret."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from aftercare.adapters.attributes import attribute, item, maybe_instant, maybe_ms, ms, plain
from aftercare.adapters.many_items import query_all
from aftercare.adapters.record_items import link_from
from aftercare.adapters.store_faults import store_faults
from aftercare.adapters.task_items import task_update
from aftercare.domain.draft import Draft
from aftercare.domain.records import Link, Task

_LINK, _DRAFT = "~link#", "DRAFT"
# Longer than the link itself: without its draft a link would have all its tries again.
_KEPT_AFTER = timedelta(days=2)


class DynamoDbDrafts:
    """One item per link that somebody gave a birth date on."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def find(self, secret_hash: str) -> tuple[Link, Draft] | None:
        rows = query_all(
            self._client,
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=item({":pk": f"{_LINK}{secret_hash}"}),
            ConsistentRead=True,
        )
        by_sort_key = {row["sk"]["S"]: row for row in rows}
        if "LINK" not in by_sort_key:
            return None
        stored = by_sort_key.get(_DRAFT)
        return link_from(by_sort_key["LINK"]), _from(stored) if stored else Draft(secret_hash)

    def save(self, draft: Draft, link: Link, *, write_id: str, task: Task | None = None) -> Draft:
        put = self._put(draft, link, write_id)
        with store_faults(write_id, once=()):
            if task is None:
                self._client.put_item(**put)
            else:
                opens = {"Update": task_update(task, self._table)}
                self._client.transact_write_items(TransactItems=[{"Put": put}, opens])
        return replace(draft, version=draft.version + 1)

    def _put(self, draft: Draft, link: Link, write_id: str) -> dict[str, Any]:
        put: dict[str, Any] = {
            "TableName": self._table,
            "Item": _item(draft, link, write_id),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if draft.version == 0:
            return {**put, "ConditionExpression": "attribute_not_exists(pk)"}
        return {
            **put,
            "ConditionExpression": "#v = :read",
            "ExpressionAttributeNames": {"#v": "v"},
            "ExpressionAttributeValues": {":read": attribute(draft.version)},
        }


def _item(draft: Draft, link: Link, write_id: str) -> dict[str, Any]:
    return item(
        {
            "pk": f"{_LINK}{draft.secret_hash}",
            "sk": _DRAFT,
            "v": draft.version + 1,
            "w": write_id,
            "tries": draft.tries or None,
            "locked_at": maybe_ms(draft.locked_at),
            "holder": draft.holder,
            "seen_at": maybe_ms(draft.seen_at),
            "language": draft.language,
            "answers": dict(draft.answers),
            "skipped": set(draft.skipped),
            "told": dict(draft.told),
            "sent_at": maybe_ms(draft.sent_at),
            "urgent": draft.urgent or None,
            "expires_at": ms(link.expires_at + _KEPT_AFTER) // 1000,
        }
    )


def _from(stored: Mapping[str, Any]) -> Draft:
    raw = plain(stored)
    return Draft(
        secret_hash=raw["pk"].removeprefix(_LINK),
        tries=raw.get("tries", 0),
        locked_at=maybe_instant(raw.get("locked_at")),
        holder=raw.get("holder"),
        seen_at=maybe_instant(raw.get("seen_at")),
        language=raw.get("language"),
        answers=raw.get("answers", {}),
        skipped=frozenset(raw.get("skipped", ())),
        told=raw.get("told", {}),
        sent_at=maybe_instant(raw.get("sent_at")),
        urgent=raw.get("urgent", False),
        version=raw["v"],
    )
