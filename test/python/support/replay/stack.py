"""The replay itself: resources in the order of what they refer to."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from . import data, network, notebook, observability
from .aws import Aws
from .intrinsics import Created, Resolver, references
from .surroundings import build_surroundings

ROOT = Path(__file__).parents[4]

CREATORS: Mapping[str, Callable[[Aws, dict[str, Any]], Created]] = {
    "AWS::Budgets::Budget": observability.budget,
    "AWS::CloudWatch::Alarm": observability.alarm,
    "AWS::CloudWatch::Dashboard": observability.dashboard,
    "AWS::EC2::SecurityGroup": network.security_group,
    "AWS::EC2::SecurityGroupEgress": network.egress,
    "AWS::EC2::SecurityGroupIngress": network.ingress,
    "AWS::EC2::VPCEndpoint": network.endpoint,
    "AWS::IAM::Group": notebook.group,
    "AWS::IAM::ManagedPolicy": notebook.managed_policy,
    "AWS::IAM::Policy": notebook.inline_policy,
    "AWS::IAM::Role": notebook.role,
    "AWS::IAM::UserToGroupAddition": notebook.group_members,
    "AWS::KMS::Alias": data.key_alias,
    "AWS::KMS::Key": data.key,
    "AWS::Logs::LogGroup": observability.log_group,
    "AWS::RDS::DBInstance": data.db_instance,
    "AWS::RDS::DBParameterGroup": data.parameter_group,
    "AWS::S3::Bucket": data.bucket,
    "AWS::S3::BucketPolicy": data.bucket_policy,
    "AWS::SNS::Subscription": observability.subscription,
    "AWS::SNS::Topic": observability.topic,
    "AWS::SNS::TopicPolicy": observability.topic_policy,
    "AWS::SageMaker::CodeRepository": notebook.code_repository,
    "AWS::SageMaker::NotebookInstance": notebook.notebook_instance,
    "AWS::SageMaker::NotebookInstanceLifecycleConfig": notebook.lifecycle_configuration,
    "AWS::SecretsManager::RotationSchedule": data.rotation,
    "AWS::SecretsManager::Secret": data.secret,
}


class ReplayedStack:
    """One environment, synthesized for what the emulator has, and every resource of it created there."""

    def __init__(self, aws: Aws, environment: str, folder: Path, synthesizer: Synthesizer) -> None:
        self.aws = aws
        self.template = synthesizer.template(environment, build_surroundings(aws), folder)
        self.created: dict[str, Created] = {}
        pseudo = {"AWS::Region": aws.region, "AWS::AccountId": aws.account, "AWS::Partition": "aws"}
        pseudo |= {"AWS::URLSuffix": "amazonaws.com", "AWS::StackName": environment}
        self._resolver = Resolver(self.created, pseudo)
        resources = self.template["Resources"]
        for name in in_order(resources):
            creator = CREATORS[resources[name]["Type"]]
            self.created[name] = creator(aws, self._resolver.value(resources[name].get("Properties", {})))
        for properties in self.properties("AWS::S3::Bucket"):
            data.access_log(aws, properties)

    def output(self, name: str) -> str:
        return str(self._resolver.value(self.template["Outputs"][name]["Value"]))

    def properties(self, kind: str) -> list[dict[str, Any]]:
        """Those of every resource of one type, resolved."""
        return [
            self._resolver.value(resource.get("Properties", {}))
            for resource in self.template["Resources"].values()
            if resource["Type"] == kind
        ]


class Synthesizer:
    """The CDK app in one process for all environments, since loading the CDK takes the longest."""

    def __init__(self) -> None:
        program = Path(__file__).with_name("synthesize.ts")
        self._process = subprocess.Popen(
            ["node", "--import", "tsx", str(program)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def template(self, environment: str, surroundings: dict[str, Any], folder: Path) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"environment": environment, "outdir": str(folder), "there": surroundings}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "written\n", "the app was not synthesized: see above"
        template: dict[str, Any] = json.loads((folder / "DataScience.template.json").read_text())
        return template

    def close(self) -> None:
        self._process.communicate()


def in_order(resources: Mapping[str, Any]) -> list[str]:
    """Names so that everything stands after what it refers to or depends on."""
    graph = {}
    for name, resource in resources.items():
        depends = resource.get("DependsOn", [])
        named = {depends} if isinstance(depends, str) else set(depends)
        graph[name] = (references(resource.get("Properties", {})) | named) & resources.keys()
    return list(TopologicalSorter(graph).static_order())
