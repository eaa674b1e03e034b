"""What the stack attaches to and never creates: VPC, subnets, route table, database cluster, users."""

from __future__ import annotations

from typing import Any

from .aws import Aws


def build_surroundings(aws: Aws) -> dict[str, Any]:
    """Make it in the emulator and return the part of a configuration that names it."""
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{index}.0/24", AvailabilityZone=f"{aws.region}{zone}")[
            "Subnet"
        ]["SubnetId"]
        for index, zone in enumerate("ab")
    ]
    routes = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    database_group = ec2.create_security_group(GroupName="aurora", Description="The cluster's", VpcId=vpc)[
        "GroupId"
    ]
    prefix_list = ec2.create_managed_prefix_list(PrefixListName="s3", MaxEntries=1, AddressFamily="IPv4")[
        "PrefixList"
    ]["PrefixListId"]
    cluster = aws.client("rds").create_db_cluster(
        DBClusterIdentifier="jao-aurora",
        Engine="aurora-postgresql",
        EngineVersion="16.6",
        MasterUsername="operator",
        ManageMasterUserPassword=True,
    )["DBCluster"]
    for user in ("ada", "grace"):
        aws.client("iam").create_user(UserName=user)
    return {
        "account": aws.account,
        "region": aws.region,
        "dataScientistUsers": ["ada", "grace"],
        "scaleOut": {
            "imageUri": f"{aws.account}.dkr.ecr.{aws.region}.amazonaws.com/sagemaker-spark-processing:3.5",
            "instanceTypes": ["ml.m5.xlarge"],
            "mostInstances": 4,
            "volumeSizeGb": 100,
            "maxHours": 24,
            "hourlyUsd": {"ml.m5.xlarge": 0.23},
            "snapshotMinutes": 60,
            "ecrEndpoints": True,
        },
        "network": {
            "vpcId": vpc,
            "notebookSubnetId": subnets[0],
            "endpointSubnetIds": subnets,
            "routeTableIds": [routes],
            "s3PrefixListId": prefix_list,
        },
        "cluster": {
            "identifier": cluster["DBClusterIdentifier"],
            "writerEndpoint": cluster["Endpoint"],
            "readerEndpoint": cluster["ReaderEndpoint"],
            "securityGroupId": database_group,
        },
    }
