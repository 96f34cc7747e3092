"""Everything about one patient, in one query of their partition."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from aftercare.adapters.alert_items import alert_from, page_from
from aftercare.adapters.attributes import Item, item
from aftercare.adapters.chart_item import CHART, chart_from
from aftercare.adapters.followup_item import FOLLOWUP, from_item, patient_pk
from aftercare.adapters.many_items import query_all
from aftercare.adapters.record_items import patient_from, proof_from, sent_from, settled_from
from aftercare.adapters.said_items import measure_from, outcome_from, reply_from
from aftercare.domain.history import History
from aftercare.domain.ids import ClinicId, PatientId, TouchId

_MESSAGE = f"{FOLLOWUP}#"


class DynamoDbHistories:
    """Strongly consistent: who looks at a patient sees what was just done."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def whole(self, clinic_id: ClinicId, patient_id: PatientId) -> History | None:
        rows = query_all(
            self._client,
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=item({":pk": patient_pk(clinic_id, patient_id)}),
            ConsistentRead=True,
        )
        kinds: dict[str, list[Item]] = defaultdict(list)
        for row in rows:
            kinds[_kind_of(row["sk"]["S"])].append(row)
        if not kinds[FOLLOWUP] or not kinds["PATIENT"]:
            return None
        return _history(kinds)


def _kind_of(sk: str) -> str:
    """Return the part of a sort key that tells kinds apart; messages share theirs with the follow-up."""
    return _MESSAGE if sk.startswith(_MESSAGE) else sk.partition("#")[0]


def _history(kinds: dict[str, list[Item]]) -> History:
    def each(kind: str, read: Callable[[Item], Any], when: Callable[[Any], Any]) -> Sequence[Any]:
        return tuple(sorted(map(read, kinds[kind]), key=when))

    return History(
        followup=from_item(kinds[FOLLOWUP][0]),
        patient=patient_from(kinds["PATIENT"][0]),
        sent=tuple(each(_MESSAGE, sent_from, lambda sent: (sent.claimed_at, sent.touch_id))),
        replies=tuple(each("REPLY", reply_from, lambda reply: (reply.at, reply.id))),
        measures=tuple(each("MEASURE", measure_from, lambda measure: (measure.at, measure.id))),
        settled=tuple(each("SETTLED", settled_from, lambda settled: (settled.at, settled.id))),
        alerts=tuple(each("ALERT", alert_from, lambda alert: (alert.raised_at, alert.id))),
        pages=tuple(each("PAGE", page_from, lambda page: (page.at, page.step, page.place, page.channel))),
        proofs=tuple(each("CONSENT", proof_from, lambda proof: (proof.consent.given_at, proof.event_id))),
        # It remembers the sessions that the follow-up has forgotten.
        chart=chart_from(kinds[CHART][0]) if kinds[CHART] else None,
        deliveries={TouchId(row["sk"]["S"].split("#", 1)[1]): outcome_from(row) for row in kinds["DELIVERY"]},
    )
