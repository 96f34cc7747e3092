"""Files that a browser keeps instead of showing."""

from aws_lambda_powertools.event_handler import Response

from aftercare.web.page import HEADERS


def table_file(name: str, text: str) -> Response[str]:
    """Answer with a table for a spreadsheet. ``name``: of ours alone, letters, digits, ``.`` and ``-``."""
    headers: dict[str, str | list[str]] = {
        **HEADERS,
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    return Response(200, "text/csv; charset=utf-8", text, headers=headers)
