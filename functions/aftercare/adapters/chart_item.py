"""How a chart is written down: tightly, because outcomes read those of a whole clinic.

Five thousand patients must fit three megabytes, which is three calls. Instants are kept in whole seconds.
"""

import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from aftercare.adapters.attributes import Item, item, plain
from aftercare.adapters.board_keys import CHARTS, board_of
from aftercare.adapters.followup_item import patient_pk
from aftercare.domain.chart import Chart, Course, Point, Traffic
from aftercare.domain.ids import ClinicId, CourseId, PatientId, ProtocolId

CHART = "CHART"
NAME_MAX = 200
_SHORT = {"phq-9": "p", "gad-7": "g"}
_LONG = {short: code for code, short in _SHORT.items()}
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_NONE = "-"


def folded(name: str) -> str:
    """Return a name as it is sorted and searched: without accents and case, its parts joined by hyphens."""
    bare = (c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    letters = "".join(c if c.isalnum() else " " for c in "".join(bare).casefold())
    return "-".join(letters.split())[:NAME_MAX]


def chart_key(clinic_id: ClinicId, patient_id: PatientId) -> Item:
    return item({"pk": patient_pk(clinic_id, patient_id), "sk": CHART})


def place_of(chart: Chart) -> str:
    """Return where a patient stands in the list."""
    return f"{folded(chart.given_name)}#{chart.patient_id}"


def chart_item(chart: Chart) -> Item:
    traffic = chart.traffic
    return item(
        {
            "pk": patient_pk(chart.clinic_id, chart.patient_id),
            "sk": CHART,
            "board": board_of(chart.clinic_id, CHARTS),
            "board_key": place_of(chart),
            "n": chart.given_name,
            "l": chart.language,
            "b": chart.born_on.toordinal(),
            "r": " ".join(chart.reachable) or None,
            "pa": chart.paused or None,
            "cl": chart.closed or None,
            "co": [_course(course) for course in chart.courses] or None,
            "tr": " ".join(
                str(count)
                for count in (
                    *(traffic.sent, traffic.delivered, traffic.failed),
                    *(traffic.asked, traffic.answered, traffic.sms_parts),
                )
            ),
            "mo": " ".join(f"{_second(at)}.{score}" for at, score in chart.moods) or None,
            "oa": chart.open_alerts or None,
            "or": chart.open_red or None,
            "ha": _second(chart.heard_at) if chart.heard_at else None,
            "wa": _second(chart.wrote_at) if chart.wrote_at else None,
            "ta": " ".join(map(str, chart.taken_on_in)) or None,
        }
    )


def chart_from(stored: Mapping[str, Any]) -> Chart:
    """Return the chart that ``chart_item`` wrote."""
    raw = plain(stored)
    clinic_id, patient_id = raw["pk"].split("#")
    moods = (one.split(".") for one in raw.get("mo", "").split())
    return Chart(
        clinic_id=ClinicId(clinic_id),
        patient_id=PatientId(patient_id),
        given_name=raw["n"],
        language=raw["l"],
        born_on=date.fromordinal(raw["b"]),
        reachable=tuple(raw.get("r", "").split()),
        paused=raw.get("pa", False),
        closed=raw.get("cl", False),
        courses=tuple(map(_to_course, raw.get("co", ()))),
        traffic=Traffic(*map(int, raw["tr"].split())),
        moods=tuple((_to_instant(at), int(score)) for at, score in moods),
        open_alerts=raw.get("oa", 0),
        open_red=raw.get("or", False),
        heard_at=_to_instant(raw["ha"]) if "ha" in raw else None,
        wrote_at=_to_instant(raw["wa"]) if "wa" in raw else None,
        taken_on_in=tuple(map(int, raw.get("ta", "").split())),
    )


def _course(course: Course) -> str:
    instants = (course.began_at, course.last_session_at, course.next_session_at)
    said = [_second(at) if at else _NONE for at in instants]
    points = ";".join(map(_point, course.points))
    return " ".join((course.id, course.protocol, str(course.sessions_done), *said, points)).rstrip()


def _to_course(text: str) -> Course:
    course_id, protocol, done, began, last, following, *points = text.split(" ")
    began_at, last_at, next_at = (None if at == _NONE else _to_instant(at) for at in (began, last, following))
    read = tuple(map(_to_point, points[0].split(";"))) if points else ()
    return Course(CourseId(course_id), ProtocolId(protocol), int(done), began_at, last_at, next_at, read)


def _point(point: Point) -> str:
    total = "" if point.total is None else str(point.total)
    week = "" if point.week is None else str(point.week)
    code = _SHORT.get(point.code, point.code)
    return "/".join((code, _second(point.at), total, str(point.after_session), week))


def _to_point(text: str) -> Point:
    code, at, total, after_session, week = text.split("/")
    return Point(
        _to_instant(at),
        _LONG.get(code, code),
        int(total) if total else None,
        int(after_session),
        int(week) if week else None,
    )


def _second(at: datetime) -> str:
    """Write an instant as its second in base 36: six digits until the year 2038."""
    left, text = int(at.timestamp()), ""
    while left:
        left, digit = divmod(left, 36)
        text = _DIGITS[digit] + text
    return text or "0"


def _to_instant(text: str) -> datetime:
    return datetime.fromtimestamp(int(text, 36), UTC)
