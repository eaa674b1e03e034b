"""The infrastructure's template, replayed against an emulator of AWS and looked at by describe calls.

Nothing here is deployed: see support/replay.
"""

from __future__ import annotations

import base64
import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from moto.server import ThreadedMotoServer
from support.replay.aws import Aws
from support.replay.intrinsics import Created, Resolver, Unresolved, references
from support.replay.stack import CREATORS, ReplayedStack, Synthesizer, in_order

SIZES = {"dev": "ml.t3.medium", "staging": "ml.t3.large", "prod": "ml.t3.xlarge"}


@pytest.fixture(scope="module")
def synthesizer() -> Iterator[Synthesizer]:
    running = Synthesizer()
    yield running
    running.close()


@pytest.fixture(scope="module", params=SIZES)
def stack_of(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, synthesizer: Synthesizer
) -> Iterator[ReplayedStack]:
    environment: str = request.param
    with pytest.MonkeyPatch.context() as patch:
        # Without it the emulator lacks AWS's own policies, and one of them is attached.
        patch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        endpoint = "http://{}:{}".format(*server.get_host_and_port())
        try:
            folder = tmp_path_factory.mktemp(environment)
            yield ReplayedStack(Aws(endpoint, "eu-west-2"), environment, folder, synthesizer)
        finally:
            # All servers of one process share the emulator's state.
            urllib.request.urlopen(
                urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST")
            ).close()
            server.stop()


def setup(stack: ReplayedStack) -> dict[str, Any]:
    output: dict[str, Any] = json.loads(stack.output("SagemakerSetup"))
    return output


def notebook(stack: ReplayedStack) -> dict[str, Any]:
    name = stack.output("SagemakerNotebookName")
    described: dict[str, Any] = stack.aws.client("sagemaker").describe_notebook_instance(
        NotebookInstanceName=name
    )
    return described


def test_every_resource_is_created(stack_of: ReplayedStack) -> None:
    assert stack_of.created.keys() == stack_of.template["Resources"].keys()
    assert len(stack_of.created) > 30


def test_the_notebook_is_private_encrypted_and_of_its_environments_size(stack_of: ReplayedStack) -> None:
    described = notebook(stack_of)
    (properties,) = stack_of.properties("AWS::SageMaker::NotebookInstance")
    assert described["InstanceType"] in SIZES.values()
    assert described["InstanceType"] == properties["InstanceType"]
    assert described["DirectInternetAccess"] == "Disabled"
    assert described["RootAccess"] == "Disabled"
    assert described["SubnetId"] == properties["SubnetId"]
    assert described["SecurityGroups"] == properties["SecurityGroupIds"]
    # The emulator does not keep these two.
    assert properties["PlatformIdentifier"] == "notebook-al2023-v1"
    assert properties["InstanceMetadataServiceConfiguration"] == {
        "MinimumInstanceMetadataServiceVersion": "2"
    }


def test_the_notebook_stops_and_starts(stack_of: ReplayedStack) -> None:
    sagemaker = stack_of.aws.client("sagemaker")
    name = stack_of.output("SagemakerNotebookName")
    sagemaker.stop_notebook_instance(NotebookInstanceName=name)
    assert notebook(stack_of)["NotebookInstanceStatus"] == "Stopped"
    sagemaker.start_notebook_instance(NotebookInstanceName=name)
    assert notebook(stack_of)["NotebookInstanceStatus"] == "InService"


def test_the_lifecycle_scripts_arrive_filled_in(stack_of: ReplayedStack) -> None:
    name = notebook(stack_of)["NotebookInstanceLifecycleConfigName"]
    described = stack_of.aws.client("sagemaker").describe_notebook_instance_lifecycle_config(
        NotebookInstanceLifecycleConfigName=name
    )
    for hook in ("OnCreate", "OnStart"):
        content = base64.b64decode(described[hook][0]["Content"]).decode()
        assert content.startswith("#!/bin/bash")
        assert len(content.encode()) <= 12_288
    assert setup(stack_of)["dataBucket"] in content
    assert "eu-west-2" in content


def test_the_secret_has_all_that_the_gateway_reads(stack_of: ReplayedStack) -> None:
    value = stack_of.aws.client("secretsmanager").get_secret_value(SecretId=setup(stack_of)["secretArn"])
    secret = json.loads(value["SecretString"])
    assert secret.keys() >= {"engine", "host", "readerHost", "port", "dbname", "username", "password"}
    assert secret["readerHost"] == setup(stack_of)["replicaHost"]
    assert secret["host"] != secret["readerHost"]
    assert len(secret["password"]) == 32


def test_the_reader_belongs_to_the_cluster_and_is_promoted_last(stack_of: ReplayedStack) -> None:
    (properties,) = stack_of.properties("AWS::RDS::DBInstance")
    rds = stack_of.aws.client("rds")
    (reader,) = rds.describe_db_instances(DBInstanceIdentifier=properties["DBInstanceIdentifier"])[
        "DBInstances"
    ]
    assert reader["DBClusterIdentifier"] == "jao-aurora"
    assert reader["PromotionTier"] == 15
    assert reader["PubliclyAccessible"] is False
    assert reader["DBInstanceClass"] == properties["DBInstanceClass"]
    assert properties["EnablePerformanceInsights"] is True
    parameters = rds.describe_db_parameters(DBParameterGroupName=properties["DBParameterGroupName"])[
        "Parameters"
    ]
    assert {entry["ParameterName"]: entry["ParameterValue"] for entry in parameters} == {
        "work_mem": "262144",
        "effective_cache_size": "524288",
        "random_page_cost": "1.1",
        "max_parallel_workers_per_gather": "4",
    }


def test_the_bucket_is_closed_versioned_and_tidied(stack_of: ReplayedStack) -> None:
    s3 = stack_of.aws.client("s3")
    bucket = setup(stack_of)["dataBucket"]
    assert set(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values()) == {True}
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    assert [
        rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"]
        for rule in rules
        if "AbortIncompleteMultipartUpload" in rule
    ] == [7]
    assert [rule["Expiration"]["Days"] for rule in rules if rule["Filter"].get("Prefix") == "tmp/"] == [14]
    assert [
        rule["NoncurrentVersionExpiration"]["NoncurrentDays"]
        for rule in rules
        if "NoncurrentVersionExpiration" in rule and not rule["Filter"].get("Prefix")
    ] == [90]
    statements = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    assert any(
        statement["Effect"] == "Deny" and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        for statement in statements
    )
    assert s3.get_bucket_logging(Bucket=bucket)["LoggingEnabled"]["TargetBucket"] == f"{bucket}-logs"
    (rule,) = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] in ("AES256", "aws:kms")
    # Request metrics are not emulated.
    assert any("MetricsConfigurations" in given for given in stack_of.properties("AWS::S3::Bucket"))


def test_the_notebook_reaches_the_database_and_https_alone(stack_of: ReplayedStack) -> None:
    ec2 = stack_of.aws.client("ec2")
    groups = ec2.describe_security_groups(GroupIds=notebook(stack_of)["SecurityGroups"])["SecurityGroups"]
    rules = [rule for group in groups for rule in group["IpPermissionsEgress"]]
    assert {rule["ToPort"] for rule in rules} == {443, 5432}
    assert all(rule["FromPort"] == rule["ToPort"] for rule in rules)
    assert not any(address["CidrIp"] == "0.0.0.0/0" for rule in rules for address in rule["IpRanges"])
    (database,) = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["aurora"]}])[
        "SecurityGroups"
    ]
    admitted = [pair["GroupId"] for rule in database["IpPermissions"] for pair in rule["UserIdGroupPairs"]]
    assert groups[0]["GroupId"] in admitted


def test_each_endpoint_stands_once(stack_of: ReplayedStack) -> None:
    endpoints = stack_of.aws.client("ec2").describe_vpc_endpoints()["VpcEndpoints"]
    services = sorted(
        endpoint["ServiceName"].removeprefix("com.amazonaws.eu-west-2.") for endpoint in endpoints
    )
    wanted = stack_of.properties("AWS::EC2::VPCEndpoint")
    assert len(services) == len(set(services)) == len(wanted)
    assert {"s3", "secretsmanager", "logs"} <= set(services)
    assert {e["VpcEndpointType"] for e in endpoints if e["ServiceName"].endswith(".s3")} == {"Gateway"}


def test_data_scientists_may_use_this_notebook_and_no_other(stack_of: ReplayedStack) -> None:
    iam = stack_of.aws.client("iam")
    (properties,) = stack_of.properties("AWS::IAM::Group")
    members = iam.get_group(GroupName=properties["GroupName"])["Users"]
    assert sorted(member["UserName"] for member in members) == ["ada", "grace"]
    arn = setup(stack_of)["dataScientistPolicyArn"]
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    allowed = {statement["Sid"]: statement for statement in document["Statement"]}
    assert allowed["UseNotebook"]["Resource"] == notebook(stack_of)["NotebookInstanceArn"]
    assert "sagemaker:UpdateNotebookInstance" not in json.dumps(document)


def test_alarms_tell_the_topic_that_everyone_concerned_may_write_to(stack_of: ReplayedStack) -> None:
    alarms = stack_of.aws.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert len(alarms) >= 6
    (topic,) = stack_of.aws.client("sns").list_topics()["Topics"]
    assert all(alarm["AlarmActions"] == [topic["TopicArn"]] for alarm in alarms)
    policy = stack_of.aws.client("sns").get_topic_attributes(TopicArn=topic["TopicArn"])["Attributes"][
        "Policy"
    ]
    assert "budgets.amazonaws.com" in policy
    assert "cloudwatch.amazonaws.com" in policy


def test_the_dashboard_and_the_budget_are_there(stack_of: ReplayedStack) -> None:
    body = stack_of.aws.client("cloudwatch").get_dashboard(DashboardName=setup(stack_of)["dashboard"])
    widgets = json.dumps(json.loads(body["DashboardBody"])["widgets"])
    for metric in ("CPUUtilization", "IdleMinutes", "DatabaseConnections", "AuroraReplicaLag"):
        assert metric in widgets
    budgets = stack_of.aws.client("budgets").describe_budgets(AccountId=stack_of.aws.account)["Budgets"]
    assert [budget["TimeUnit"] for budget in budgets] == ["MONTHLY"]


def test_audit_lines_have_a_group_that_keeps_them(stack_of: ReplayedStack) -> None:
    name = setup(stack_of)["queryLogGroup"]
    (group,) = stack_of.aws.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    assert group["retentionInDays"] >= 30


def test_the_role_may_do_nothing_to_everything(stack_of: ReplayedStack) -> None:
    iam = stack_of.aws.client("iam")
    role = notebook(stack_of)["RoleArn"].rpartition("/")[2]
    (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    for statement in document["Statement"]:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        assert not any(action.endswith("*") for action in actions), statement
        if statement["Resource"] == "*":
            assert "Condition" in statement, statement


def test_spark_jobs_may_be_started_only_with_their_role_in_their_group(stack_of: ReplayedStack) -> None:
    iam, ec2 = stack_of.aws.client("iam"), stack_of.aws.client("ec2")
    role = notebook(stack_of)["RoleArn"].rpartition("/")[2]
    (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    statements = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]["Statement"]
    by_sid = {statement["Sid"]: statement for statement in statements}
    (jobs_role,) = [
        one["RoleName"] for one in iam.list_roles()["Roles"] if one["RoleName"].endswith("-spark-eu-west-2")
    ]
    assert by_sid["GiveSparkItsRole"]["Resource"] == iam.get_role(RoleName=jobs_role)["Role"]["Arn"]
    wanted = by_sid["StartSparkJobs"]["Condition"]["ForAllValues:StringEquals"]
    (group,) = ec2.describe_security_groups(GroupIds=wanted["sagemaker:VpcSecurityGroupIds"])[
        "SecurityGroups"
    ]
    assert group["Description"].startswith("Spark jobs of")
    for rules in (group["IpPermissions"], group["IpPermissionsEgress"]):
        peers = [
            pair["GroupId"] for rule in rules if rule["FromPort"] == 0 for pair in rule["UserIdGroupPairs"]
        ]
        assert peers == [group["GroupId"]]


def test_a_type_that_nobody_can_replay_fails() -> None:
    assert "AWS::Lambda::Function" not in CREATORS
    with pytest.raises(KeyError):
        CREATORS["AWS::Lambda::Function"]


def test_intrinsic_functions_give_what_cloudformation_gives() -> None:
    created = {"A": Created("a-1", {"Arn": "arn:a", "Endpoint.Address": "host"})}
    resolver = Resolver(created, {"AWS::Region": "eu-west-2"})
    assert resolver.value({"Fn::Join": ["-", [{"Ref": "A"}, {"Ref": "AWS::Region"}]]}) == "a-1-eu-west-2"
    assert resolver.value({"Fn::GetAtt": ["A", "Endpoint.Address"]}) == "host"
    assert resolver.value({"Fn::Sub": "${A.Arn}/${A}"}) == "arn:a/a-1"
    assert resolver.value({"Fn::Select": [1, {"Fn::Split": ["-", {"Ref": "A"}]}]}) == "1"
    with pytest.raises(Unresolved):
        resolver.value({"Ref": "B"})
    with pytest.raises(Unresolved):
        resolver.value({"Fn::ImportValue": "x"})
    assert references({"x": [{"Fn::Sub": "${A.Arn}"}, {"Ref": "B"}, {"Fn::GetAtt": "C.D"}]}) == {
        "A",
        "B",
        "C",
    }
    resources = {"late": {"Properties": {"x": {"Ref": "early"}}}, "early": {}, "last": {"DependsOn": "late"}}
    assert in_order(resources) == ["early", "late", "last"]
