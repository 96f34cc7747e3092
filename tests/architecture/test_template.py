"""What must stay true of template.yaml, whoever edits it next."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from moto.events.models import EventPattern

from aftercare.adapters.changed_patients import SUMMED
from tests.architecture.template_parts import (
    Resources,
    alarms_on,
    dead_letter_queues,
    of_type,
    queues_worked_off,
    streams,
    target_of,
)

PARKED = {"ParkedQueue"}
# DESIGN 2.2: the nine facts a sender may put on the bus, and the function each one wakes.
WOKEN_BY = {
    "PatientEnrolled": "PatientChanged",
    "PatientChanged": "PatientChanged",
    "PatientClosed": "PatientChanged",
    "ConsentGiven": "PatientChanged",
    "ConsentWithdrawn": "PatientChanged",
    "SessionScheduled": "SessionChanged",
    "SessionMoved": "SessionChanged",
    "SessionCancelled": "SessionChanged",
    "SessionCompleted": "SessionChanged",
}


def woken(resources: Resources, event: Mapping[str, Any]) -> list[str]:
    """Return the functions the rules of the bus wake for an event."""
    return [
        target_of(target["Arn"])
        for rule in of_type(resources, "AWS::Events::Rule").values()
        if "EventPattern" in rule
        and EventPattern.load(json.dumps(rule["EventPattern"])).matches_event(dict(event))  # type: ignore[arg-type]
        for target in rule["Targets"]
    ]


def test_every_function_names_a_handler_that_exists_and_every_handler_has_a_function(
    functions: dict[str, dict[str, Any]], root: Path
) -> None:
    named = {properties["Handler"] for properties in functions.values()}
    written = {
        f"aftercare.handlers.{file.stem}.handler"
        for file in (root / "functions/aftercare/handlers").glob("*.py")
        if re.search(r"^def handler\(", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert named == written


def test_every_function_can_be_built(functions: dict[str, dict[str, Any]], root: Path) -> None:
    makefile = (root / "functions/Makefile").read_text(encoding="utf-8")
    assert {f"build-{name}" for name in functions} == set(re.findall(r"build-\w+", makefile))


def test_the_artifact_holds_no_tests(written: dict[str, Any], root: Path) -> None:
    code = root / written["Globals"]["Function"]["CodeUri"]
    assert code == root / "functions"
    assert (code / "aftercare").is_dir()
    inside = [path for path in code.rglob("*") if "__pycache__" not in path.parts]
    assert [p for p in inside if p.name.startswith("test_") or p.name in {"tests", "conftest.py"}] == []


def test_every_queue_has_dead_letters_or_is_where_letters_end(resources: Resources) -> None:
    queues = of_type(resources, "AWS::SQS::Queue")
    ends = dead_letter_queues(resources) | PARKED
    assert ends <= queues.keys()
    for name, queue in queues.items():
        assert ("RedrivePolicy" in queue) != (name in ends), name


def test_what_ends_in_a_queue_is_kept_fourteen_days(resources: Resources) -> None:
    queues = of_type(resources, "AWS::SQS::Queue")
    ends = dead_letter_queues(resources) | PARKED
    assert {queues[name]["MessageRetentionPeriod"] for name in ends} == {14 * 86_400}


def test_every_queue_where_letters_end_has_an_alarm(resources: Resources) -> None:
    assert (
        alarms_on(resources, "ApproximateNumberOfMessagesVisible") == dead_letter_queues(resources) | PARKED
    )


def test_every_queue_that_is_worked_off_has_an_alarm_on_its_age(resources: Resources) -> None:
    assert alarms_on(resources, "ApproximateAgeOfOldestMessage") == queues_worked_off(resources).keys()


@pytest.mark.parametrize("queue", ["ReplyQueue", "MailQueue"])
def test_a_cry_for_help_that_waits_a_minute_sets_off_an_alarm(resources: Resources, queue: str) -> None:
    alarm = resources[f"{queue}AgeAlarm"]["Properties"]
    assert (alarm["Threshold"], alarm["Period"], alarm["EvaluationPeriods"]) == (60, 60, 1)


def test_a_stopped_sweep_sets_off_the_alarm_on_the_oldest_due_touch(
    written: dict[str, Any], resources: Resources
) -> None:
    variables = written["Globals"]["Function"]["Environment"]["Variables"]
    (alarm,) = (
        alarm
        for alarm in of_type(resources, "AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == "OldestDueTouchAgeSeconds"
    )
    assert alarm["Namespace"] == variables["POWERTOOLS_METRICS_NAMESPACE"]
    assert alarm["Dimensions"] == [{"Name": "service", "Value": variables["POWERTOOLS_SERVICE_NAME"]}]
    assert alarm["TreatMissingData"] == "breaching"
    assert alarm["AlarmActions"]


def test_a_failed_record_returns_alone_and_no_record_is_worked_on_twice_at_once(resources: Resources) -> None:
    queues = of_type(resources, "AWS::SQS::Queue")
    workers = of_type(resources, "AWS::Lambda::Function")
    mappings = queues_worked_off(resources)
    assert mappings
    for name, mapping in mappings.items():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        # Six times the timeout: AWS Lambda guide, "Using Lambda with Amazon SQS".
        timeout = workers[mapping["FunctionName"]["Ref"]]["Timeout"]
        assert queues[name]["VisibilityTimeout"] >= 6 * timeout, name


def test_who_cries_for_help_waits_behind_nobody(resources: Resources) -> None:
    batches = {name: mapping["BatchSize"] for name, mapping in queues_worked_off(resources).items()}
    assert batches == {"ReplyQueue": 1, "MailQueue": 1, "TouchQueue": 10, "DeliveryQueue": 10}
    unbounded = {n for n, found in queues_worked_off(resources).items() if "ScalingConfig" not in found}
    assert unbounded == {"ReplyQueue", "MailQueue"}


@pytest.mark.parametrize(("queue", "hours"), [("ReplyQueue", 2), ("MailQueue", 2), ("DeliveryQueue", 4)])
def test_what_came_in_outlasts_a_bad_spell_of_the_table(resources: Resources, queue: str, hours: int) -> None:
    found = resources[queue]["Properties"]
    tried_for = found["VisibilityTimeout"] * found["RedrivePolicy"]["maxReceiveCount"]
    assert tried_for >= hours * 3600
    assert found["MessageRetentionPeriod"] > 2 * tried_for


FOLLOW_THE_TABLE = {"FactsRecorded": "FactDeadLetters", "CourseChanged": "CourseDeadLetters"}


@pytest.mark.parametrize(("function", "letters"), FOLLOW_THE_TABLE.items())
def test_changes_of_the_table_are_told_in_order_and_none_is_dropped_unseen(
    resources: Resources, function: str, letters: str
) -> None:
    assert streams(resources).keys() == FOLLOW_THE_TABLE.keys()
    stream = streams(resources)[function]
    assert stream["EventSourceArn"] == {"Fn::GetAtt": ["Table", "StreamArn"]}
    assert (stream["StartingPosition"], stream["ParallelizationFactor"]) == ("TRIM_HORIZON", 1)
    assert stream["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert stream["BisectBatchOnFunctionError"] is True
    # The stream keeps a change for 24 hours; what is given up must still be there to be read.
    assert 3600 <= stream["MaximumRecordAgeInSeconds"] <= 12 * 3600
    assert target_of(stream["DestinationConfig"]["OnFailure"]["Destination"]) == letters
    assert function in alarms_on(resources, "IteratorAge")


def test_a_chart_is_made_anew_for_what_it_is_made_of_and_for_nothing_else(resources: Resources) -> None:
    (one,) = streams(resources)["CourseChanged"]["FilterCriteria"]["Filters"]
    pattern = EventPattern.load(one["Pattern"])

    def wakes(sk: str) -> bool:
        return bool(pattern.matches_event({"dynamodb": {"Keys": {"pk": {"S": "c#p"}, "sk": {"S": sk}}}}))  # type: ignore[arg-type]

    assert all(wakes(f"{start}x") for start in SUMMED)
    beside = ["CHART", "SETTLED#1", "PAGE#1", "CONSENT#1", "WAITING#1", "SIGNIN", "0001#audit", "TASK#1"]
    assert [sk for sk in beside if wakes(sk)] == []


def test_the_table_can_be_restored_and_is_not_deleted_with_the_stack(resources: Resources) -> None:
    (table,) = (found for found in resources.values() if found["Type"] == "AWS::DynamoDB::Table")
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
    properties = table["Properties"]
    assert properties["DeletionProtectionEnabled"] is True
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_what_is_due_is_found_through_one_sparse_index(resources: Resources) -> None:
    (table,) = of_type(resources, "AWS::DynamoDB::Table").values()
    kinds = {entry["AttributeName"]: entry["AttributeType"] for entry in table["AttributeDefinitions"]}
    beside = {"board": "S", "board_key": "S"}
    assert kinds == {"pk": "S", "sk": "S", "due_shard": "S", "due_at": "N", **beside}
    assert [(key["AttributeName"], key["KeyType"]) for key in table["KeySchema"]] == [
        ("pk", "HASH"),
        ("sk", "RANGE"),
    ]
    (index,) = (one for one in table["GlobalSecondaryIndexes"] if one["IndexName"] == "due")
    assert index == {
        "IndexName": "due",
        "KeySchema": [
            {"AttributeName": "due_shard", "KeyType": "HASH"},
            {"AttributeName": "due_at", "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("AWS::DynamoDB::Table", ("SSESpecification", "KMSMasterKeyId")),
        ("AWS::SQS::Queue", ("KmsMasterKeyId",)),
        ("AWS::SNS::Topic", ("KmsMasterKeyId",)),
        ("AWS::Events::EventBus", ("KmsKeyIdentifier",)),
        ("AWS::Logs::LogGroup", ("KmsKeyId",)),
        ("AWS::Lambda::Function", ("KmsKeyArn",)),
    ],
)
def test_everything_at_rest_is_under_our_own_key(
    resources: Resources, kind: str, path: tuple[str, ...]
) -> None:
    found = of_type(resources, kind)
    assert found
    for name, properties in found.items():
        value: Any = properties
        for step in path:
            value = value[step]
        assert target_of(value) == "Key", name


def test_our_key_turns_itself_over_and_outlives_the_stack(resources: Resources) -> None:
    assert resources["Key"]["DeletionPolicy"] == "Retain"
    assert resources["Key"]["Properties"]["EnableKeyRotation"] is True


def test_every_function_writes_to_a_log_of_its_own_that_ends(resources: Resources) -> None:
    workers = of_type(resources, "AWS::Lambda::Function")
    logs = of_type(resources, "AWS::Logs::LogGroup")
    used = [worker["LoggingConfig"]["LogGroup"]["Ref"] for worker in workers.values()]
    assert sorted([*used, "HttpLog"]) == sorted(logs)
    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in logs.values())


@pytest.mark.parametrize(("detail_type", "function"), WOKEN_BY.items())
def test_a_fact_wakes_one_function(resources: Resources, detail_type: str, function: str) -> None:
    event = {"source": "ehr.example", "detail-type": detail_type, "detail": {}}
    assert woken(resources, event) == [function]


def test_a_misspelt_fact_still_wakes_a_function_that_refuses_it(resources: Resources) -> None:
    event = {"source": "ehr.example", "detail-type": "PatientEnroled", "detail": {}}
    assert woken(resources, event) == ["PatientChanged"]


@pytest.mark.parametrize("source", ["aftercare", "aws.events", "aws.ses"])
@pytest.mark.parametrize("detail_type", ["PatientEnrolled", "SessionMoved", "TouchSent", "ReplyReceived"])
def test_our_own_facts_and_those_of_aws_wake_nobody(
    resources: Resources, source: str, detail_type: str
) -> None:
    assert woken(resources, {"source": source, "detail-type": detail_type, "detail": {}}) == []


def test_a_sender_whose_name_begins_like_ours_is_heard(resources: Resources) -> None:
    event = {"source": "aftercare.import", "detail-type": "SessionMoved", "detail": {}}
    assert woken(resources, event) == ["SessionChanged"]


def schedules(resources: Resources) -> dict[str, tuple[str, dict[str, Any]]]:
    """Function -> (schedule expression, target) of every rule that is a clock."""
    found = {}
    for rule in of_type(resources, "AWS::Events::Rule").values():
        if "ScheduleExpression" in rule:
            (target,) = rule["Targets"]
            found[target_of(target["Arn"])] = (rule["ScheduleExpression"], target)
    return found


def test_the_clock_wakes_the_sweep_each_minute_and_the_others_at_their_hour(resources: Resources) -> None:
    assert {name: expression for name, (expression, _) in schedules(resources).items()} == {
        "MinutePassed": "rate(1 minute)",
        "NightPassed": "cron(0 9 * * ? *)",
        "WeekBegun": "cron(0 16 ? * MON *)",
    }


def test_ticks_of_the_sweep_do_not_pile_up(resources: Resources) -> None:
    invoke = resources["MinutePassedEventInvokeConfig"]["Properties"]
    assert invoke["MaximumRetryAttempts"] == 0
    assert invoke["MaximumEventAgeInSeconds"] == 60
    assert resources["MinutePassed"]["Properties"]["Timeout"] < 60


@pytest.mark.parametrize("function", ["NightPassed", "WeekBegun"])
def test_a_night_or_a_week_that_fails_is_tried_again_and_then_seen(
    resources: Resources, function: str
) -> None:
    invoke = resources[f"{function}EventInvokeConfig"]["Properties"]
    assert invoke["MaximumRetryAttempts"] == 2
    assert target_of(invoke["DestinationConfig"]["OnFailure"]["Destination"]) == "EventDeadLetters"
    _, target = schedules(resources)[function]
    assert target_of(target["DeadLetterConfig"]["Arn"]) == "EventDeadLetters"
