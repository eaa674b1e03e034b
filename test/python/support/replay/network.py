"""Amazon EC2: security groups, their rules, endpoints."""

from __future__ import annotations

from typing import Any

from .aws import Aws
from .intrinsics import Created

Properties = dict[str, Any]


def security_group(aws: Aws, properties: Properties) -> Created:
    ec2 = aws.client("ec2")
    group = ec2.create_security_group(
        GroupName=properties.get("GroupName") or f"group-{properties['GroupDescription']}"[:255],
        Description=properties["GroupDescription"],
        VpcId=properties["VpcId"],
    )["GroupId"]
    if properties.get("SecurityGroupEgress"):
        # A new group lets everything out; CloudFormation takes that rule away when others are given.
        everything = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0][
            "IpPermissionsEgress"
        ]
        ec2.revoke_security_group_egress(GroupId=group, IpPermissions=everything)
        for rule in properties["SecurityGroupEgress"]:
            ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[permission(rule)])
    for rule in properties.get("SecurityGroupIngress", []):
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission(rule)])
    return Created(group, {"GroupId": group})


def ingress(aws: Aws, properties: Properties) -> Created:
    reply = aws.client("ec2").authorize_security_group_ingress(
        GroupId=properties["GroupId"], IpPermissions=[permission(properties)]
    )
    return Created(reply["SecurityGroupRules"][0]["SecurityGroupRuleId"])


def egress(aws: Aws, properties: Properties) -> Created:
    reply = aws.client("ec2").authorize_security_group_egress(
        GroupId=properties["GroupId"], IpPermissions=[permission(properties)]
    )
    return Created(reply["SecurityGroupRules"][0]["SecurityGroupRuleId"])


def endpoint(aws: Aws, properties: Properties) -> Created:
    arguments = {key: value for key, value in properties.items() if key != "Tags"}
    made = aws.client("ec2").create_vpc_endpoint(**arguments)["VpcEndpoint"]
    return Created(made["VpcEndpointId"])


def permission(rule: Properties) -> Properties:
    """One rule of a template as the API has it."""
    description = {"Description": rule["Description"]} if "Description" in rule else {}
    peers: Properties = {}
    for source in ("SourceSecurityGroupId", "DestinationSecurityGroupId"):
        if source in rule:
            peers["UserIdGroupPairs"] = [{"GroupId": rule[source], **description}]
    for source in ("SourcePrefixListId", "DestinationPrefixListId"):
        if source in rule:
            peers["PrefixListIds"] = [{"PrefixListId": rule[source], **description}]
    if "CidrIp" in rule:
        peers["IpRanges"] = [{"CidrIp": rule["CidrIp"], **description}]
    ports: Properties = {key: int(rule[key]) for key in ("FromPort", "ToPort") if key in rule}
    return {"IpProtocol": rule["IpProtocol"], **ports, **peers}
