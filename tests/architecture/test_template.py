"""What must stay true of template.yaml, whoever edits it next."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from moto.events.models import EventPattern

Resources = dict[str, dict[str, Any]]

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
# (role, statement) -> why its resource may hold a wildcard.
REASONED_WILDCARDS = {
    ("TouchDueRole", "SendTexts"): "without SmsOriginationArn any number or pool of this account may send: "
    "which numbers a clinic has stands in its clinic file, not in the template",
    ("TouchDueRole", "SendMail"): "without EmailIdentityArn any verified identity of this account may send: "
    "which sender a clinic has stands in its clinic file, not in the template",
}


def of_type(resources: Resources, kind: str) -> dict[str, dict[str, Any]]:
    """Logical id -> properties of the resources of one CloudFormation type."""
    return {name: found["Properties"] for name, found in resources.items() if found["Type"] == kind}


def target_of(arn: object) -> str:
    """Return the logical id in a `GetAtt X.Arn`."""
    assert isinstance(arn, dict), arn
    name, attribute = arn["Fn::GetAtt"]
    assert attribute == "Arn", arn
    return str(name)


def dead_letter_queues(resources: Resources) -> set[str]:
    """Every queue that something else falls back to: queues, rules, buses, topics, functions."""
    found = set[str]()
    for queue in of_type(resources, "AWS::SQS::Queue").values():
        if "RedrivePolicy" in queue:
            found.add(target_of(queue["RedrivePolicy"]["deadLetterTargetArn"]))
    for subscription in of_type(resources, "AWS::SNS::Subscription").values():
        if "RedrivePolicy" in subscription:
            found.add(target_of(subscription["RedrivePolicy"]["deadLetterTargetArn"]))
    for rule in of_type(resources, "AWS::Events::Rule").values():
        found |= {target_of(t["DeadLetterConfig"]["Arn"]) for t in rule["Targets"] if "DeadLetterConfig" in t}
    for bus in of_type(resources, "AWS::Events::EventBus").values():
        found.add(target_of(bus["DeadLetterConfig"]["Arn"]))
    for invoke in of_type(resources, "AWS::Lambda::EventInvokeConfig").values():
        failure = invoke.get("DestinationConfig", {}).get("OnFailure")
        if failure:
            found.add(target_of(failure["Destination"]))
    return found


def statements(resources: Resources) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield (role, statement) for every statement of every role's policies."""
    for name, role in of_type(resources, "AWS::IAM::Role").items():
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                yield name, statement


def alarms_on(resources: Resources, metric: str) -> set[str]:
    """Return the queues with an alarm on this metric that tells somebody."""
    return {
        alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
        for alarm in of_type(resources, "AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == metric and alarm["AlarmActions"]
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
        if not file.stem.startswith("_")
    }
    assert named == written
    for handler in named:
        file = root / "functions" / Path(*handler.split(".")[:-1]).with_suffix(".py")
        source = file.read_text(encoding="utf-8")
        assert re.search(r"^def handler\(|^handler\b.*=", source, re.MULTILINE), file


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
    worked_off = {
        target_of(mapping["EventSourceArn"])
        for mapping in of_type(resources, "AWS::Lambda::EventSourceMapping").values()
    }
    assert alarms_on(resources, "ApproximateAgeOfOldestMessage") == worked_off


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
    mappings = of_type(resources, "AWS::Lambda::EventSourceMapping")
    assert mappings
    for mapping in mappings.values():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["BatchSize"] == 10
        queue = queues[target_of(mapping["EventSourceArn"])]
        # Six times the timeout: AWS Lambda guide, "Using Lambda with Amazon SQS".
        assert queue["VisibilityTimeout"] >= 6 * workers[mapping["FunctionName"]["Ref"]]["Timeout"]


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
    assert kinds == {"pk": "S", "sk": "S", "due_shard": "S", "due_at": "N"}
    assert [(key["AttributeName"], key["KeyType"]) for key in table["KeySchema"]] == [
        ("pk", "HASH"),
        ("sk", "RANGE"),
    ]
    (index,) = table["GlobalSecondaryIndexes"]
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
    assert sorted(used) == sorted(logs)
    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in logs.values())


def test_every_function_has_a_role_of_its_own(resources: Resources) -> None:
    workers = of_type(resources, "AWS::Lambda::Function")
    used = [target_of(worker["Role"]) for worker in workers.values()]
    assert sorted(used) == sorted(of_type(resources, "AWS::IAM::Role"))


def test_no_role_takes_in_a_policy_written_elsewhere(resources: Resources) -> None:
    assert [
        name for name, role in of_type(resources, "AWS::IAM::Role").items() if "ManagedPolicyArns" in role
    ] == []


def test_no_function_may_do_more_than_it_names(resources: Resources) -> None:
    for role, statement in statements(resources):
        actions = statement["Action"]
        for action in [actions] if isinstance(actions, str) else actions:
            assert re.fullmatch(r"[a-z-]+:[A-Za-z]+", action), (role, action)


def test_a_wildcard_resource_has_a_reason(resources: Resources) -> None:
    found = {
        (role, statement["Sid"])
        for role, statement in statements(resources)
        if "*" in json.dumps(statement["Resource"])
    }
    assert found == REASONED_WILDCARDS.keys()


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


def test_only_the_carrier_of_this_account_may_speak_for_patients(resources: Resources) -> None:
    (policy,) = (
        policy
        for policy in of_type(resources, "AWS::SNS::TopicPolicy").values()
        if policy["Topics"] == [{"Ref": "InboundSms"}]
    )
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "sms-voice.amazonaws.com"}
    assert statement["Action"] == "sns:Publish"
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


def test_ticks_of_the_sweep_do_not_pile_up(resources: Resources) -> None:
    (rule,) = (
        rule for rule in of_type(resources, "AWS::Events::Rule").values() if "ScheduleExpression" in rule
    )
    assert rule["ScheduleExpression"] == "rate(1 minute)"
    (target,) = rule["Targets"]
    assert target_of(target["Arn"]) == "MinutePassed"
    invoke = resources["MinutePassedEventInvokeConfig"]["Properties"]
    assert invoke["MaximumRetryAttempts"] == 0
    assert invoke["MaximumEventAgeInSeconds"] == 60
    assert resources["MinutePassed"]["Properties"]["Timeout"] < 60
