"""Amazon CloudWatch, SNS, Budgets and CloudWatch Logs."""

from __future__ import annotations

import json
from typing import Any

from .aws import Aws
from .intrinsics import Created

Properties = dict[str, Any]


def log_group(aws: Aws, properties: Properties) -> Created:
    logs = aws.client("logs")
    name = properties["LogGroupName"]
    logs.create_log_group(logGroupName=name)
    logs.put_retention_policy(logGroupName=name, retentionInDays=properties["RetentionInDays"])
    return Created(name, {"Arn": f"arn:aws:logs:{aws.region}:{aws.account}:log-group:{name}:*"})


def topic(aws: Aws, properties: Properties) -> Created:
    attributes = {key: properties[key] for key in ("DisplayName", "KmsMasterKeyId") if key in properties}
    made = aws.client("sns").create_topic(
        Name=properties["TopicName"], Attributes=attributes, Tags=properties["Tags"]
    )
    return Created(made["TopicArn"], {"TopicArn": made["TopicArn"], "TopicName": properties["TopicName"]})


def topic_policy(aws: Aws, properties: Properties) -> Created:
    for arn in properties["Topics"]:
        aws.client("sns").set_topic_attributes(
            TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(properties["PolicyDocument"])
        )
    return Created("policy")


def subscription(aws: Aws, properties: Properties) -> Created:
    made = aws.client("sns").subscribe(
        TopicArn=properties["TopicArn"], Protocol=properties["Protocol"], Endpoint=properties["Endpoint"]
    )
    return Created(made["SubscriptionArn"])


def alarm(aws: Aws, properties: Properties) -> Created:
    cloudwatch = aws.client("cloudwatch")
    cloudwatch.put_metric_alarm(**properties)
    name = properties["AlarmName"]
    described = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return Created(name, {"Arn": described[0]["AlarmArn"]})


def dashboard(aws: Aws, properties: Properties) -> Created:
    aws.client("cloudwatch").put_dashboard(**properties)
    return Created(properties["DashboardName"])


def budget(aws: Aws, properties: Properties) -> Created:
    wanted = dict(properties["Budget"])
    wanted["BudgetLimit"] = {**wanted["BudgetLimit"], "Amount": str(wanted["BudgetLimit"]["Amount"])}
    aws.client("budgets").create_budget(
        AccountId=aws.account,
        Budget=wanted,
        NotificationsWithSubscribers=properties["NotificationsWithSubscribers"],
    )
    return Created(wanted["BudgetName"])
