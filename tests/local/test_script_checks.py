"""A script is read to the end before anything runs, and what is wrong is named so that it can be mended."""

import json
from pathlib import Path

import pytest

from aftercare.domain.errors import BadInput
from infra.local.script import Line, read_script
from tests.local.script_truth import EXAMPLES, Json

AT = "2026-11-02T10:00:00-05:00"
SMS: Json = {"from": "+12025550110", "to": "+12025550199", "body": "7"}
MAIL: Json = {"from": "Ada <ada@example.org>", "to": "care@riverside.example.org"}
TEXT_RECEIPT: Json = {"touch_id": "last:pat-ada", "event_type": "TEXT_DELIVERED"}
MAIL_RECEIPT: Json = {"touch_id": "ses-1.day1", "event_type": "Bounce", "bounce_type": "Permanent"}
FORM: Json = {"touch_id": "last:pat-ada", "birth_date": "1990-01-31", "answers": {"phq9_1": 1}}
STAFF: Json = {"do": "resolve", "alert_id": "open:pat-ada", "by": "Lena"}
GOOD: list[tuple[str, Json]] = [
    ("sms", SMS),
    ("sms", {**SMS, "to": "12345", "body": "", "id": "in-1"}),
    ("email", MAIL),
    ("email", {**MAIL, "subject": "Una pregunta", "text": "a\nb", "id": "m-1"}),
    ("email", {**MAIL, "subject": None, "text": None}),
    ("sms_receipt", TEXT_RECEIPT),
    ("sms_receipt", {**TEXT_RECEIPT, "event_type": "RCS_READ"}),
    ("email_receipt", MAIL_RECEIPT),
    ("email_receipt", {**MAIL_RECEIPT, "event_type": "Rendering Failure", "bounce_type": None}),
    ("form", FORM),
    ("form", {**FORM, "answers": {}}),
    ("staff", STAFF),
    ("staff", {**STAFF, "do": "acknowledge", "disposition": None, "note": None}),
    ("staff", {**STAFF, "by": "", "disposition": "safe", "note": "We spoke."}),
    ("carrier", {"sms": "opted_out:+12025550110", "email": "down"}),
]
WRONG: list[tuple[str, Json, str]] = [
    ("sms", {**SMS, "from": "Ada"}, "sms.from: found 'Ada'"),
    ("sms", {**SMS, "to": None}, "sms.to: found None"),
    ("sms", {**SMS, "id": ""}, "sms.id: found ''"),
    ("email", {**MAIL, "from": "ada"}, "email.from: found 'ada'"),
    ("email", {**MAIL, "to": "care@riverside.example.org\nBcc: all@example.org"}, "email.to: found"),
    ("email", {**MAIL, "subject": "Hi\nBcc: all@example.org"}, "email.subject: found"),
    ("email", {**MAIL, "text": 7}, "email.text: found 7"),
    ("email", {**MAIL, "body": "Hi"}, "email.body: found 'Hi'"),
    ("sms_receipt", {"event_type": "TEXT_DELIVERED"}, "sms_receipt.touch_id: found None"),
    ("sms_receipt", {**TEXT_RECEIPT, "touch_id": "last:"}, "sms_receipt.touch_id: found 'last:'"),
    ("sms_receipt", {**TEXT_RECEIPT, "event_type": "Delivered"}, "sms_receipt.event_type: found"),
    ("sms_receipt", {**TEXT_RECEIPT, "bounce_type": "Permanent"}, "sms_receipt.bounce_type"),
    ("email_receipt", {**MAIL_RECEIPT, "event_type": "bounce"}, "Rendering Failure"),
    ("email_receipt", {**MAIL_RECEIPT, "bounce_type": "Hard"}, "Permanent, Transient, Undetermined"),
    ("email_receipt", {**MAIL_RECEIPT, "event_type": "Complaint"}, "only with Bounce"),
    ("form", {**FORM, "birth_date": "31.1.1990"}, "form.birth_date: found '31.1.1990'"),
    ("form", {**FORM, "birth_date": "1990-02-30"}, "form.birth_date: found '1990-02-30'"),
    ("form", {**FORM, "answers": [1, 2]}, "form.answers: found [1, 2]"),
    ("form", {**FORM, "answers": None}, "form.answers: found None"),
    ("staff", {**STAFF, "do": "close"}, "acknowledge or resolve"),
    ("staff", {**STAFF, "alert_id": "open:"}, "staff.alert_id: found 'open:'"),
    ("staff", {**STAFF, "by": None}, "staff.by: found None"),
    ("staff", {**STAFF, "note": 7}, "staff.note: found 7"),
    ("carrier", {"sms": "opted_out:Ada"}, "carrier.sms: found 'opted_out:Ada'"),
    ("carrier", {"sms": None}, "sms, email, or both"),
]


def _read(folder: Path, text: str) -> list[Line]:
    script = folder / "script.jsonl"
    script.write_text(text, encoding="utf-8")
    return read_script(script)


def test_every_kind_of_line_can_be_written_in_full_or_in_short(tmp_path: Path) -> None:
    text = "\n".join(json.dumps({"at": AT, kind: what}) for kind, what in GOOD)
    assert [(line.kind, line.what) for line in _read(tmp_path, text)] == GOOD


@pytest.mark.parametrize(("kind", "what", "named"), WRONG)
def test_a_wrong_field_is_named_with_its_file_its_line_and_what_is_allowed(
    tmp_path: Path, kind: str, what: Json, named: str
) -> None:
    good = json.dumps({"at": AT, "sms": SMS})
    with pytest.raises(BadInput) as refused:
        _read(tmp_path, f"{good}\n\n{json.dumps({'at': AT, kind: what})}")
    assert str(refused.value).startswith("script.jsonl line 3: ")
    assert named in str(refused.value)


def test_json_that_is_nested_too_deep_is_no_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="one JSON object"):
        _read(tmp_path, "[" * 100_000)


@pytest.mark.parametrize("script", sorted(EXAMPLES.glob("*.jsonl")), ids=lambda path: path.stem)
def test_every_example_can_be_read(script: Path) -> None:
    assert len(read_script(script)) > 5
