"""The trail as a table for a spreadsheet."""

import csv
import io
from collections.abc import Iterable

from aftercare.domain.audit import AuditEntry

COLUMNS = ("at", "id", "who", "name", "did", "by", "patient_id", "about")
# A spreadsheet takes a cell that begins so for a formula, and a name may be anything (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def audit_csv(entries: Iterable[AuditEntry], *, whole: bool) -> str:
    """Return the table: one entry a line, instants in UTC, lines ended as RFC 4180 asks.

    Args:
        entries: In the order to be written.
        whole: ``False`` when there is more than stands here; a last line says so.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in entries:
        texts = (one.id, one.who, one.name, one.did, one.by, one.patient_id or "", one.about or "")
        writer.writerow((one.at.isoformat(), *map(_plain, texts)))
    if not whole:
        writer.writerow(("there is more: this file has reached its longest", *[""] * (len(COLUMNS) - 1)))
    return out.getvalue()


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
