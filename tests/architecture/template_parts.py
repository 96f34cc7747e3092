"""Ways to look at the translated template."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Resources = dict[str, dict[str, Any]]


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
    for stream in streams(resources).values():
        found.add(target_of(stream["DestinationConfig"]["OnFailure"]["Destination"]))
    return found


def queues_worked_off(resources: Resources) -> dict[str, dict[str, Any]]:
    """Queue -> the mapping that feeds a function from it."""
    return {
        target_of(mapping["EventSourceArn"]): mapping
        for mapping in of_type(resources, "AWS::Lambda::EventSourceMapping").values()
        if mapping["EventSourceArn"]["Fn::GetAtt"][1] == "Arn"
    }


def streams(resources: Resources) -> dict[str, dict[str, Any]]:
    """Function -> the mapping that feeds it from a table's stream."""
    return {
        mapping["FunctionName"]["Ref"]: mapping
        for mapping in of_type(resources, "AWS::Lambda::EventSourceMapping").values()
        if mapping["EventSourceArn"]["Fn::GetAtt"][1] == "StreamArn"
    }


def statements(resources: Resources) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield (role, statement) for every statement of every role's policies."""
    for name, role in of_type(resources, "AWS::IAM::Role").items():
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                yield name, statement


def rights(resources: Resources, function: str) -> set[tuple[str, str]]:
    """Return (action, where) for all a function may do.

    Where is a logical id, with what follows it in a name (``Table/index/due``), or ``""`` outside this stack.
    """
    role = target_of(resources[function]["Properties"]["Role"])
    found = set[tuple[str, str]]()
    for owner, statement in statements(resources):
        if owner == role and statement["Effect"] == "Allow":
            actions, named = statement["Action"], statement["Resource"]
            for action in [actions] if isinstance(actions, str) else actions:
                for one in named if isinstance(named, list) else [named]:
                    found.add((action, _where(one)))
    return found


def _where(resource: Mapping[str, Any]) -> str:
    if "Fn::GetAtt" in resource:
        return str(resource["Fn::GetAtt"][0])
    inside = re.fullmatch(r"\$\{(\w+)\.Arn\}(.*)", str(resource.get("Fn::Sub", "")))
    return "".join(inside.groups()) if inside else ""


def alarms_on(resources: Resources, metric: str) -> set[str]:
    """Return the queues or functions with an alarm on this metric that tells somebody."""
    values = (
        alarm["Dimensions"][0]["Value"]
        for alarm in of_type(resources, "AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == metric and alarm["AlarmActions"]
    )
    return {value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0] for value in values}
