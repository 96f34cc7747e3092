"""What every function asks of AWS on a bad day, its role allows, and no more: moto never looks at roles."""

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from aftercare import wiring
from aftercare.domain.compose import secret_hash
from aftercare.domain.ids import ClinicId, PatientId, TouchId
from aftercare.domain.records import Link
from infra.local.aws_mail import mail_event
from infra.local.aws_texts import text_event
from infra.local.rehearsal import Rehearsal, read_clinic
from infra.local.script import read_script
from tests.architecture.template_parts import (
    Resources,
    dead_letter_queues,
    of_type,
    queues_worked_off,
    rights,
    streams,
)
from tests.unit.web.patient_browser import Browser

# A day on which everything happens: events too early and malformed, cries for help by text and mail, carriers
# that are down, a stranger, an opt-out that only the carrier knows of.
SCRIPT = Path(__file__).parent / "bad-day.jsonl"
# Actions that bear another name than their call (IAM, service authorization reference).
PREFIX = {"pinpoint-sms-voice-v2": "sms-voice", "sesv2": "ses"}
IN_TRANSACTION = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
CLIENTS = ("dynamodb", "sqs", "events", "pinpoint-sms-voice-v2", "sesv2")
# Long enough for a night.
DAYS_AFTER = 1
ONE_OF_A_BATCH = {"SendMessageBatch": "SendMessage"}
RARELY_USED = {
    # The sweep counts the queue when it has reason to think that what it handed over was lost.
    ("MinutePassed", "sqs:GetQueueAttributes", "TouchQueue"),
    # A step of the ladder falls due just as a receipt says that the crisis text did not arrive.
    ("DeliveryReported", "sms-voice:SendTextMessage", ""),
}
# Woken by people, or for what people look at.
OF_THE_DESK = {"PageRequested", "ApiRequested", "CourseChanged"}
# Secrets of one patient's links, and what they open.
LINKS = {"F" * 22: "form:phq-9", "M" * 22: "unsubscribe", "L" * 22: "form:mood"}
DAY = timedelta(days=1)
Asked = dict[str, set[tuple[str, str]]]


def asks(
    service: str, call: str, given: Mapping[str, Any], names: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield the (action, logical id) that AWS would look for in the caller's role."""
    if call == "TransactWriteItems":
        for entry in given["TransactItems"]:
            ((verb, _),) = entry.items()
            yield f"dynamodb:{IN_TRANSACTION[verb]}", "Table"
    elif service == "dynamodb":
        index = given.get("IndexName")
        yield f"dynamodb:{call}", f"Table/index/{index}" if index else "Table"
    elif service == "sqs":
        yield f"sqs:{ONE_OF_A_BATCH.get(call, call)}", names[given["QueueUrl"]]
    elif service == "events":
        yield f"events:{call}", "Bus"
    else:
        yield f"{PREFIX.get(service, service)}:{call}", ""


def nobody_gets_the_calls(rehearsal: Rehearsal) -> None:
    """Let both carriers report that no crisis message and no page arrived."""
    cloud, carrier = rehearsal.cloud, rehearsal.carrier
    now = cloud.clock.now()
    for sms in carrier.sms_outbox:
        if "alert" in sms.context or "crisis" in sms.context["touch"]:
            cloud.publish("SmsEvents", text_event(sms, "TEXT_UNREACHABLE", now))
    for mail in carrier.email_outbox:
        cloud.publish("EmailEvents", mail_event(mail, "Bounce", now, "Permanent"))


def somebody_comes(rehearsal: Rehearsal) -> None:
    """Let a nurse end every alert: whoever is not answered is called every hour, for ever."""
    said = {"do": "resolve", "by": "Nora", "disposition": "reached", "note": "Spoke at length."}
    for name in {row["alert"]["id"] for row in rehearsal.transcript.lines if "alert" in row}:
        rehearsal.happenings.staff({**said, "alert_id": name})


def fill_in(rehearsal: Rehearsal) -> None:
    """Let a patient miss their birth date, fill in a form that calls for help, and end all mail.

    Texts do not go out just then: whoever is on call is reached by mail.
    """
    cloud, rehearsal.carrier.sms = rehearsal.cloud, "down"
    patient, touch, now = PatientId("pat-carmen"), TouchId("ses-x.form"), cloud.clock.now()
    with cloud.as_function("FormRequested"):
        keep = wiring.ports().links.keep
        for secret, opens in LINKS.items():
            link = Link(secret_hash(secret), ClinicId("riverside"), patient, touch, opens, now + DAY, now)
            keep([link])
    form, mail, other = LINKS
    ask = partial(cloud.invoke, "FormRequested")
    locked = Browser(ask, path=f"/f/{other}")
    for _ in range(5):
        locked.enters(year="1950")
    assert locked.status == 410
    browser = Browser(ask, path=f"/f/{form}")
    browser.enters().fills_in({"phq9_9": 1}).sends()
    assert browser.status == 200 and "tel:988" in browser.page
    assert browser.post(path=f"/u/{mail}", do="all").status == 200


def of_lambda_itself(resources: Resources, function: str) -> set[tuple[str, str]]:
    """Return the rights that Lambda uses in the function's name: to fetch its work, to keep what failed."""
    fed = {
        queue
        for queue, found in queues_worked_off(resources).items()
        if found["FunctionName"]["Ref"] == function
    }
    fetching = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
    following = ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
    ends = dead_letter_queues(resources)
    return (
        {(f"sqs:{verb}", queue) for verb in fetching for queue in fed}
        | {(f"dynamodb:{verb}", "Table") for verb in following if function in streams(resources)}
        | {("sqs:SendMessage", queue) for queue in ends}
    )


@pytest.fixture(scope="module")
def asked(root: Path) -> Asked:
    """Function -> what it asked for on that day and in the night after."""
    found: Asked = defaultdict(set)
    names: dict[str, str] = {}

    def note(params: Mapping[str, Any], model: Any, **_: Any) -> None:
        function = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "").removeprefix("local-")
        if function:
            found[function] |= set(asks(model.service_model.service_name, model.name, params, names))

    clinic = read_clinic(root / "infra/local/examples/clinic.toml")
    lines = read_script(SCRIPT)
    with Rehearsal(clinic, lines[0].at, table="moto", receipts="none") as rehearsal:
        cloud = rehearsal.cloud
        names.update({cloud.resource(queue): queue for queue in ("TouchQueue", "ParkedQueue")})
        for client in CLIENTS:
            cloud.client(client).meta.events.register("provide-client-params.*.*", note)
        for line in lines:
            rehearsal.play(line)
        nobody_gets_the_calls(rehearsal)
        rehearsal.cloud.run_until(lines[-1].at + timedelta(minutes=20))
        somebody_comes(rehearsal)
        rehearsal.finish(lines[-1].at + timedelta(days=DAYS_AFTER))
        fill_in(rehearsal)
    return found


def test_what_a_function_asks_for_is_in_its_role(asked: Asked, resources: Resources) -> None:
    refused = {name: wants - rights(resources, name) for name, wants in asked.items()}
    assert {name: found for name, found in refused.items() if found} == {}


def test_no_role_holds_a_right_that_its_function_never_uses(asked: Asked, resources: Resources) -> None:
    unused = {
        (name, action, on)
        for name in of_type(resources, "AWS::Lambda::Function").keys() - OF_THE_DESK
        for action, on in rights(resources, name) - asked[name]
        if not (action.startswith(("logs:", "kms:")) or (action, on) in of_lambda_itself(resources, name))
    }
    assert unused == RARELY_USED
