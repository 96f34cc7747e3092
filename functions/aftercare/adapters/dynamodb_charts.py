"""One line per patient of a clinic, in the order of names."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from aftercare.adapters.attributes import item
from aftercare.adapters.board_keys import CHARTS, INDEX, board_of
from aftercare.adapters.chart_item import chart_from, chart_item, chart_key, folded, place_of
from aftercare.adapters.many_items import query_all
from aftercare.adapters.slices import HIGHEST, Listed, cursor_at, page_of, place_in
from aftercare.adapters.store_faults import store_faults
from aftercare.desk_ports import Slice
from aftercare.domain.chart import Chart
from aftercare.domain.errors import BadInput
from aftercare.domain.ids import ClinicId, PatientId


class DynamoDbCharts:
    """A cursor holds the last patient's id and never their name: where they stand is looked up."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def put(self, chart: Chart) -> None:
        with store_faults():
            self._client.put_item(TableName=self._table, Item=chart_item(chart))

    def page(
        self, clinic_id: ClinicId, *, limit: int, after: str | None = None, starting_with: str = ""
    ) -> Slice[Chart]:
        place = self._place(clinic_id, after) if after is not None else None
        listed = Listed(board_of(clinic_id, CHARTS), "board", "board_key", INDEX)
        if start := folded(starting_with):
            listed = replace(listed, low=start, high=start + HIGHEST)
        elif starting_with.strip():
            return Slice(())
        rows, more = page_of(self._client, self._table, listed, limit, place)
        charts = tuple(map(chart_from, rows))
        return Slice(charts, cursor_at(clinic_id, CHARTS, charts[-1].patient_id) if more else None)

    def _place(self, clinic_id: ClinicId, after: str) -> str:
        patient_id = PatientId(place_in(after, clinic_id, CHARTS))
        answer: dict[str, Any] = {}
        with store_faults():
            answer = self._client.get_item(TableName=self._table, Key=chart_key(clinic_id, patient_id))
        if "Item" not in answer:
            raise BadInput("after", None, "the cursor that came with the page before")
        return place_of(chart_from(answer["Item"]))

    def every(self, clinic_id: ClinicId) -> Iterator[Chart]:
        rows = query_all(
            self._client,
            TableName=self._table,
            IndexName=INDEX,
            KeyConditionExpression="board = :board",
            ExpressionAttributeValues=item({":board": board_of(clinic_id, CHARTS)}),
        )
        return map(chart_from, rows)
