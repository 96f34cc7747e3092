"""Who may do what: functions by their roles, carriers and topics by the policies of what they reach."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from tests.architecture.template_parts import (
    Resources,
    dead_letter_queues,
    of_type,
    queues_worked_off,
    rights,
    statements,
    streams,
    target_of,
)

# They may hand over a text or a mail: a due touch, a crisis text, a page, a page by another way, a test page,
# what a person of the clinic writes.
SENDERS = {
    *("TouchDue", "ReplyReceived", "MailReceived", "DeliveryReported", "WeekBegun", "PageRequested"),
    *("FormRequested", "ApiRequested"),
}
_ANY_NUMBER = (
    "without SmsOriginationArn any number or pool of this account may send: "
    "which numbers a clinic has stands in its clinic file, not in the template"
)
_ANY_SENDER = (
    "without EmailIdentityArn any verified identity of this account may send: "
    "which sender a clinic has stands in its clinic file, not in the template"
)
# (role, statement) -> why its resource may hold a wildcard.
REASONED_WILDCARDS = {
    **{(f"{name}Role", "SendTexts"): _ANY_NUMBER for name in SENDERS},
    **{(f"{name}Role", "SendMail"): _ANY_SENDER for name in SENDERS},
}
# Topic -> (who publishes there, the queue it fills).
TOPICS = {
    "InboundSms": ("sms-voice.amazonaws.com", "ReplyQueue"),
    "InboundMail": ("ses.amazonaws.com", "MailQueue"),
    "SmsEvents": ("sms-voice.amazonaws.com", "DeliveryQueue"),
    "EmailEvents": ("ses.amazonaws.com", "DeliveryQueue"),
}
# Variable -> the right without which it is of no use, and which is of no use without it.
USES = {
    "TABLE_NAME": ("dynamodb:", "Table"),
    "TOUCH_QUEUE_URL": ("sqs:SendMessage", "TouchQueue"),
    "PARKED_QUEUE_URL": ("sqs:SendMessage", "ParkedQueue"),
    "BUS_NAME": ("events:PutEvents", "Bus"),
    "OPT_OUT_LIST": ("sms-voice:DescribeOptedOutNumbers", ""),
    "SMS_CONFIGURATION_SET": ("sms-voice:SendTextMessage", ""),
    "EMAIL_CONFIGURATION_SET": ("ses:SendEmail", ""),
}
OF_STREAMS = {"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"}


def test_every_function_has_a_role_of_its_own(resources: Resources) -> None:
    workers = of_type(resources, "AWS::Lambda::Function")
    used = [target_of(worker["Role"]) for worker in workers.values()]
    assert sorted(used) == sorted(of_type(resources, "AWS::IAM::Role"))


def test_no_role_takes_in_a_policy_written_elsewhere(resources: Resources) -> None:
    assert [
        name for name, role in of_type(resources, "AWS::IAM::Role").items() if "ManagedPolicyArns" in role
    ] == []
    elsewhere = ("AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::ManagedPolicy")
    assert [found["Type"] for found in resources.values() if found["Type"] in elsewhere] == []


# What would change or take away an entry of the trail, or a seal. A transaction is checked as its parts.
CHANGES = {"dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"}


def test_no_function_may_change_or_remove_what_is_in_the_audit_trail(resources: Resources) -> None:
    may_change = {
        role
        for role, statement in statements(resources)
        if statement["Effect"] == "Allow" and CHANGES & set(_actions(statement))
    }
    denied = {role: statement for role, statement in statements(resources) if statement["Effect"] == "Deny"}
    assert may_change == denied.keys()
    for statement in denied.values():
        assert set(_actions(statement)) == CHANGES
        assert target_of(statement["Resource"]) == "Table"
        # Any of the keys of a request is enough: a batch may hide one among others.
        assert statement["Condition"] == {
            "ForAnyValue:StringLike": {"dynamodb:LeadingKeys": ["*#~audit", "*#~seals"]}
        }


def _actions(statement: Mapping[str, Any]) -> list[str]:
    actions = statement["Action"]
    return [actions] if isinstance(actions, str) else actions


def test_no_function_may_do_more_than_it_names(resources: Resources) -> None:
    for role, statement in statements(resources):
        assert statement["Effect"] == "Allow" or statement["Sid"] == "LeaveTheTrailAsItIs", role
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


@pytest.mark.parametrize("variable", USES)
def test_a_function_is_told_of_exactly_what_it_may_use(
    functions: dict[str, dict[str, Any]], resources: Resources, variable: str
) -> None:
    action, target = USES[variable]
    told = {
        name for name, f in functions.items() if variable in f.get("Environment", {}).get("Variables", {})
    }
    may = {
        name
        for name in functions
        for allowed, on in rights(resources, name)
        if allowed.startswith(action) and on == target and allowed.split(":")[1] not in OF_STREAMS
    }
    assert told
    assert told == may


def test_only_those_who_send_may_hand_over_to_the_carriers(
    functions: dict[str, dict[str, Any]], resources: Resources
) -> None:
    texts = {name for name in functions if ("sms-voice:SendTextMessage", "") in rights(resources, name)}
    mails = {name for name in functions if ("ses:SendEmail", "") in rights(resources, name)}
    assert texts == mails == SENDERS


def test_a_worker_may_empty_its_own_queue_and_no_other(resources: Resources) -> None:
    feeds = {
        (mapping["FunctionName"]["Ref"], queue) for queue, mapping in queues_worked_off(resources).items()
    }
    for action in ("sqs:ReceiveMessage", "sqs:DeleteMessage"):
        may = {
            (name, on)
            for name in of_type(resources, "AWS::Lambda::Function")
            for allowed, on in rights(resources, name)
            if allowed == action
        }
        assert may == feeds


def test_only_what_follows_the_table_may_read_its_stream(resources: Resources) -> None:
    for name in of_type(resources, "AWS::Lambda::Function"):
        may = {allowed.split(":")[1] for allowed, _ in rights(resources, name)} & OF_STREAMS
        assert may == (OF_STREAMS if name in streams(resources) else set()), name


def test_whoever_gives_up_an_event_may_put_it_where_letters_end(resources: Resources) -> None:
    gives_up = {
        found["FunctionName"]["Ref"]: found["DestinationConfig"]
        for found in of_type(resources, "AWS::Lambda::EventInvokeConfig").values()
        if "OnFailure" in found.get("DestinationConfig", {})
    }
    gives_up |= {name: stream["DestinationConfig"] for name, stream in streams(resources).items()}
    assert gives_up
    for name, config in gives_up.items():
        end = target_of(config["OnFailure"]["Destination"])
        assert ("sqs:SendMessage", end) in rights(resources, name), name
        assert end in dead_letter_queues(resources)


@pytest.mark.parametrize(("topic", "carrier"), [(name, found[0]) for name, found in TOPICS.items()])
def test_only_the_carrier_of_this_account_may_speak_on_a_topic(
    resources: Resources, topic: str, carrier: str
) -> None:
    (policy,) = (
        policy
        for policy in of_type(resources, "AWS::SNS::TopicPolicy").values()
        if policy["Topics"] == [{"Ref": topic}]
    )
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": carrier}
    assert statement["Action"] == "sns:Publish"
    assert statement["Resource"] == {"Ref": topic}
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


@pytest.mark.parametrize("carrier", sorted({found[0] for found in TOPICS.values()}))
def test_a_carrier_may_use_the_key_of_the_topics_it_speaks_on(resources: Resources, carrier: str) -> None:
    (statement,) = (
        statement
        for statement in resources["Key"]["Properties"]["KeyPolicy"]["Statement"]
        if statement["Principal"] == {"Service": carrier}
    )
    assert {action.rstrip("*") for action in statement["Action"]} == {"kms:GenerateDataKey", "kms:Decrypt"}


def test_every_topic_fills_its_queue_whole_and_keeps_what_it_cannot_deliver(resources: Resources) -> None:
    found = {}
    for subscription in of_type(resources, "AWS::SNS::Subscription").values():
        if subscription["Protocol"] == "sqs":
            queue = target_of(subscription["Endpoint"])
            found[subscription["TopicArn"]["Ref"]] = queue
            # The envelope holds the only instant of a text.
            assert subscription["RawMessageDelivery"] is False
            letters = target_of(subscription["RedrivePolicy"]["deadLetterTargetArn"])
            redrive = resources[queue]["Properties"]["RedrivePolicy"]
            assert letters == target_of(redrive["deadLetterTargetArn"])
    assert found == {topic: queue for topic, (_, queue) in TOPICS.items()}


@pytest.mark.parametrize("queue", sorted({found[1] for found in TOPICS.values()}))
def test_a_queue_takes_messages_from_its_own_topics_only(resources: Resources, queue: str) -> None:
    letters = target_of(resources[queue]["Properties"]["RedrivePolicy"]["deadLetterTargetArn"])
    (policy,) = (
        policy
        for policy in of_type(resources, "AWS::SQS::QueuePolicy").values()
        if {"Ref": queue} in policy["Queues"]
    )
    assert policy["Queues"] == [{"Ref": queue}, {"Ref": letters}]
    (allow,) = (s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Allow")
    assert allow["Principal"] == {"Service": "sns.amazonaws.com"}
    assert [target_of(one) for one in allow["Resource"]] == [queue, letters]
    source = allow["Condition"]["ArnEquals"]["aws:SourceArn"]
    named = {one["Ref"] for one in (source if isinstance(source, list) else [source])}
    assert named == {topic for topic, (_, filled) in TOPICS.items() if filled == queue}


def test_no_queue_can_be_reached_in_the_clear(resources: Resources) -> None:
    denied = {
        queue["Ref"]
        for policy in of_type(resources, "AWS::SQS::QueuePolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny"
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        for queue in policy["Queues"]
    }
    assert denied == of_type(resources, "AWS::SQS::Queue").keys()


def test_both_carriers_report_what_became_of_a_message(resources: Resources) -> None:
    (sms,) = of_type(resources, "AWS::SMSVOICE::ConfigurationSet").values()
    assert sms["ConfigurationSetName"] == {"Ref": "SmsConfigurationSet"}
    (texts,) = sms["EventDestinations"]
    assert (texts["Enabled"], texts["MatchingEventTypes"]) == (True, ["TEXT_ALL"])
    assert texts["SnsDestination"] == {"TopicArn": {"Ref": "SmsEvents"}}
    (mails,) = (
        found["EventDestination"]
        for found in of_type(resources, "AWS::SES::ConfigurationSetEventDestination").values()
    )
    assert mails["Enabled"] is True
    assert mails["SnsDestination"] == {"TopicARN": {"Ref": "EmailEvents"}}
    assert {"bounce", "complaint", "delivery", "reject"} <= set(mails["MatchingEventTypes"])


def test_no_mail_to_a_patient_is_watched_for_opens_or_clicks(resources: Resources) -> None:
    for found in of_type(resources, "AWS::SES::ConfigurationSetEventDestination").values():
        assert not {"open", "click"} & set(found["EventDestination"]["MatchingEventTypes"])
