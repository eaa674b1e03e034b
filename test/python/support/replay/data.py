"""Amazon S3, RDS, Secrets Manager and KMS."""

from __future__ import annotations

import json
from typing import Any

from .aws import Aws
from .intrinsics import Created

Properties = dict[str, Any]


def bucket(aws: Aws, properties: Properties) -> Created:
    """All but the request metrics, which the emulator lacks."""
    s3 = aws.client("s3")
    name = properties["BucketName"]
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": aws.region})
    s3.put_public_access_block(
        Bucket=name, PublicAccessBlockConfiguration=properties["PublicAccessBlockConfiguration"]
    )
    s3.put_bucket_encryption(
        Bucket=name, ServerSideEncryptionConfiguration=encryption(properties["BucketEncryption"])
    )
    s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=properties["OwnershipControls"])
    s3.put_bucket_lifecycle_configuration(
        Bucket=name,
        LifecycleConfiguration={
            "Rules": [lifecycle(rule) for rule in properties["LifecycleConfiguration"]["Rules"]]
        },
    )
    if "VersioningConfiguration" in properties:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=properties["VersioningConfiguration"])
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": properties["Tags"]})
    return Created(name, {"Arn": f"arn:aws:s3:::{name}"})


def access_log(aws: Aws, properties: Properties) -> None:
    """Switched on last: the emulator wants the target's policy to be there already, which AWS does not."""
    logging = properties.get("LoggingConfiguration")
    if logging:
        target = {
            "TargetBucket": logging["DestinationBucketName"],
            "TargetPrefix": logging.get("LogFilePrefix", ""),
        }
        aws.client("s3").put_bucket_logging(
            Bucket=properties["BucketName"], BucketLoggingStatus={"LoggingEnabled": target}
        )


def encryption(configuration: Properties) -> Properties:
    def rule(given: Properties) -> Properties:
        default = given["ServerSideEncryptionByDefault"]
        return {
            "ApplyServerSideEncryptionByDefault": default,
            **({"BucketKeyEnabled": given["BucketKeyEnabled"]} if "BucketKeyEnabled" in given else {}),
        }

    return {"Rules": [rule(given) for given in configuration["ServerSideEncryptionConfiguration"]]}


def lifecycle(rule: Properties) -> Properties:
    """A rule of a template as the API has it: other names for the same."""
    named = {"ID": rule["Id"], "Status": rule["Status"], "Filter": {"Prefix": rule.get("Prefix", "")}}
    if "ExpirationInDays" in rule:
        named["Expiration"] = {"Days": rule["ExpirationInDays"]}
    if "NoncurrentVersionExpiration" in rule:
        named["NoncurrentVersionExpiration"] = rule["NoncurrentVersionExpiration"]
    if "AbortIncompleteMultipartUpload" in rule:
        named["AbortIncompleteMultipartUpload"] = rule["AbortIncompleteMultipartUpload"]
    if "ExpiredObjectDeleteMarker" in rule:
        named["Expiration"] = {"ExpiredObjectDeleteMarker": rule["ExpiredObjectDeleteMarker"]}
    return named


def bucket_policy(aws: Aws, properties: Properties) -> Created:
    aws.client("s3").put_bucket_policy(
        Bucket=properties["Bucket"], Policy=json.dumps(properties["PolicyDocument"])
    )
    return Created(properties["Bucket"])


def parameter_group(aws: Aws, properties: Properties) -> Created:
    rds = aws.client("rds")
    name = properties["DBParameterGroupName"]
    rds.create_db_parameter_group(
        DBParameterGroupName=name,
        DBParameterGroupFamily=properties["Family"],
        Description=properties["Description"],
        Tags=properties["Tags"],
    )
    rds.modify_db_parameter_group(
        DBParameterGroupName=name,
        Parameters=[
            {"ParameterName": key, "ParameterValue": value, "ApplyMethod": "pending-reboot"}
            for key, value in properties["Parameters"].items()
        ],
    )
    return Created(name)


def db_instance(aws: Aws, properties: Properties) -> Created:
    made = aws.client("rds").create_db_instance(**properties)["DBInstance"]
    address = made["Endpoint"]["Address"]
    return Created(
        properties["DBInstanceIdentifier"],
        {"Endpoint.Address": address, "DBInstanceArn": made["DBInstanceArn"]},
    )


def secret(aws: Aws, properties: Properties) -> Created:
    generate = properties["GenerateSecretString"]
    client = aws.client("secretsmanager")
    password = client.get_random_password(
        PasswordLength=generate["PasswordLength"], ExcludeCharacters=generate["ExcludeCharacters"]
    )["RandomPassword"]
    content = {**json.loads(generate["SecretStringTemplate"]), generate["GenerateStringKey"]: password}
    made = client.create_secret(
        Name=properties["Name"],
        Description=properties["Description"],
        SecretString=json.dumps(content),
        Tags=properties["Tags"],
        **({"KmsKeyId": properties["KmsKeyId"]} if "KmsKeyId" in properties else {}),
    )
    return Created(made["ARN"])


def rotation(aws: Aws, properties: Properties) -> Created:
    """The schedule alone: AWS makes the function from its own template, which no emulator has."""
    rules = properties["RotationRules"]
    description = aws.client("secretsmanager").describe_secret(SecretId=properties["SecretId"])
    assert "PostgreSQL" in properties["HostedRotationLambda"]["RotationType"]
    assert rules["AutomaticallyAfterDays"] > 0
    return Created(description["ARN"])


def key(aws: Aws, properties: Properties) -> Created:
    kms = aws.client("kms")
    made = kms.create_key(
        Description=properties["Description"],
        Policy=json.dumps(properties["KeyPolicy"]),
        Tags=[{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in properties["Tags"]],
    )["KeyMetadata"]
    if properties.get("EnableKeyRotation"):
        kms.enable_key_rotation(KeyId=made["KeyId"])
    return Created(made["KeyId"], {"Arn": made["Arn"]})


def key_alias(aws: Aws, properties: Properties) -> Created:
    aws.client("kms").create_alias(AliasName=properties["AliasName"], TargetKeyId=properties["TargetKeyId"])
    return Created(properties["AliasName"])
