"""Amazon SageMaker and IAM."""

from __future__ import annotations

import json
from typing import Any

from .aws import Aws
from .intrinsics import Created

Properties = dict[str, Any]


def role(aws: Aws, properties: Properties) -> Created:
    iam = aws.client("iam")
    trusted = properties["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"]
    name = properties.get("RoleName") or f"role-{trusted}"
    made = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps(properties["AssumeRolePolicyDocument"]),
        Description=properties.get("Description", ""),
    )["Role"]
    for arn in properties.get("ManagedPolicyArns", []):
        iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    for policy in properties.get("Policies", []):
        iam.put_role_policy(
            RoleName=name,
            PolicyName=policy["PolicyName"],
            PolicyDocument=json.dumps(policy["PolicyDocument"]),
        )
    return Created(name, {"Arn": made["Arn"], "RoleId": made["RoleId"]})


def inline_policy(aws: Aws, properties: Properties) -> Created:
    for name in properties["Roles"]:
        aws.client("iam").put_role_policy(
            RoleName=name,
            PolicyName=properties["PolicyName"],
            PolicyDocument=json.dumps(properties["PolicyDocument"]),
        )
    return Created(properties["PolicyName"])


def managed_policy(aws: Aws, properties: Properties) -> Created:
    made = aws.client("iam").create_policy(
        PolicyName=properties["ManagedPolicyName"],
        Description=properties["Description"],
        PolicyDocument=json.dumps(properties["PolicyDocument"]),
    )["Policy"]
    return Created(made["Arn"])


def group(aws: Aws, properties: Properties) -> Created:
    iam = aws.client("iam")
    made = iam.create_group(GroupName=properties["GroupName"])["Group"]
    for arn in properties.get("ManagedPolicyArns", []):
        iam.attach_group_policy(GroupName=properties["GroupName"], PolicyArn=arn)
    return Created(properties["GroupName"], {"Arn": made["Arn"]})


def group_members(aws: Aws, properties: Properties) -> Created:
    for user in properties["Users"]:
        aws.client("iam").add_user_to_group(GroupName=properties["GroupName"], UserName=user)
    return Created(properties["GroupName"])


def lifecycle_configuration(aws: Aws, properties: Properties) -> Created:
    name = properties["NotebookInstanceLifecycleConfigName"]
    made = aws.client("sagemaker").create_notebook_instance_lifecycle_config(**properties)
    return Created(made["NotebookInstanceLifecycleConfigArn"], {"NotebookInstanceLifecycleConfigName": name})


def code_repository(aws: Aws, properties: Properties) -> Created:
    name = properties["CodeRepositoryName"]
    aws.client("sagemaker").create_code_repository(CodeRepositoryName=name, GitConfig=properties["GitConfig"])
    return Created(name, {"CodeRepositoryName": name})


def notebook_instance(aws: Aws, properties: Properties) -> Created:
    made = aws.client("sagemaker").create_notebook_instance(**properties)
    return Created(made["NotebookInstanceArn"], {"NotebookInstanceName": properties["NotebookInstanceName"]})
