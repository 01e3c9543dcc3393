"""Items of AWS Config in the shape that AWS shows, and the documents that they are to be.

The frame is that of "Example Configuration Snapshot from AWS Config" in its developer guide; the
keys of `configuration` are those of AWS's lists of properties. Names and values are our own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

ACCOUNT, REGION = "123456789012", "us-east-2"
TRUST = '{"Version": "2012-10-17", "Statement": []}'
ENCODED = "%7B%22Version%22%3A%20%222012-10-17%22%2C%20%22Statement%22%3A%20%5B%5D%7D"


def item(kind: str, name: str, arn: str, configuration: object, **more: object) -> dict[str, Any]:
    """An item as AWS Config writes it into a snapshot."""
    return {
        "relatedEvents": [],
        "relationships": [],
        "configuration": configuration,
        "supplementaryConfiguration": {},
        "tags": {},
        "configurationItemVersion": "1.3",
        "configurationItemCaptureTime": "2024-05-02T10:11:12.345Z",
        "configurationStateId": 1714644672345,
        "awsAccountId": ACCOUNT,
        "configurationItemStatus": "OK",
        "resourceType": kind,
        "resourceId": name,
        "ARN": arn,
        "awsRegion": REGION,
        "availabilityZone": "Not Applicable",
        "configurationStateMd5Hash": "",
        "resourceCreationTime": "2024-05-01T09:00:00.000Z",
        **more,
    }


def envelope(kind: str, arn: str, **more: object) -> dict[str, Any]:
    return {
        "AccountId": ACCOUNT,
        "Region": REGION,
        "Arn": arn,
        "ResourceId": arn,
        "ResourceType": kind,
        "Tags": None,
        "TimeCreated": "2024-05-01T09:00:00Z",
        **more,
    }


def ec2(kind: str, name: str) -> str:
    return f"arn:aws:ec2:{REGION}:{ACCOUNT}:{kind}/{name}"


PERMISSION: Mapping[str, Any] = {
    "fromPort": 22,
    "ipProtocol": "tcp",
    "ipv6Ranges": [],
    "prefixListIds": [],
    "toPort": 22,
    "userIdGroupPairs": [{"groupId": "sg-2", "userId": ACCOUNT}],
    "ipv4Ranges": [{"cidrIp": "0.0.0.0/0"}, {"cidrIp": "10.0.0.0/8", "description": "home"}],
    "ipRanges": ["0.0.0.0/0", "10.0.0.0/8"],
}
GROUP = (
    item(
        "AWS::EC2::SecurityGroup",
        "sg-1",
        ec2("security-group", "sg-1"),
        {
            "description": "[prod] ssh",
            "groupName": "ssh",
            "ipPermissions": [PERMISSION],
            "ownerId": ACCOUNT,
            "groupId": "sg-1",
            "ipPermissionsEgress": [],
            "tags": [{"key": "team", "value": "web"}],
            "vpcId": "vpc-1",
        },
        tags={"team": "web"},
        resourceName="ssh",
        resourceCreationTime=None,
    ),
    envelope(
        "AWS.EC2.SecurityGroup",
        ec2("security-group", "sg-1"),
        Id="sg-1",
        Name="ssh",
        Tags={"team": "web"},
        TimeCreated=None,
        Description="[prod] ssh",
        OwnerId=ACCOUNT,
        VpcId="vpc-1",
        IpPermissions=[
            {
                "FromPort": 22,
                "IpProtocol": "tcp",
                "IpRanges": [
                    {"CidrIp": "0.0.0.0/0", "Description": None},
                    {"CidrIp": "10.0.0.0/8", "Description": "home"},
                ],
                "Ipv6Ranges": None,
                "PrefixListIds": None,
                "ToPort": 22,
                "UserIdGroupPairs": [
                    {
                        "Description": None,
                        "GroupId": "sg-2",
                        "GroupName": None,
                        "PeeringStatus": None,
                        "UserId": ACCOUNT,
                        "VpcId": None,
                        "VpcPeeringConnectionId": None,
                    }
                ],
            }
        ],
        IpPermissionsEgress=None,
    ),
)
VOLUME = (
    item(
        "AWS::EC2::Volume",
        "vol-1",
        ec2("volume", "vol-1"),
        {
            "attachments": [
                {
                    "attachTime": "2024-05-01T09:05:00.000Z",
                    "device": "/dev/sdf",
                    "instanceId": "i-1",
                    "state": "attached",
                    "volumeId": "vol-1",
                    "deleteOnTermination": False,
                }
            ],
            "availabilityZone": "us-east-2b",
            "createTime": "2024-05-01T09:00:00.000Z",
            "encrypted": True,
            "kmsKeyId": None,
            "size": 1,
            "snapshotId": "snap-1",
            "state": {"value": "in-use"},
            "volumeId": "vol-1",
            "tags": [],
            "volumeType": "gp2",
        },
    ),
    envelope(
        "AWS.EC2.Volume",
        ec2("volume", "vol-1"),
        Id="vol-1",
        Attachments=[
            {
                "AttachTime": "2024-05-01T09:05:00Z",
                "DeleteOnTermination": False,
                "Device": "/dev/sdf",
                "InstanceId": "i-1",
                "State": "attached",
                "VolumeId": "vol-1",
            }
        ],
        AvailabilityZone="us-east-2b",
        Encrypted=True,
        Iops=None,
        KmsKeyId=None,
        Size=1,
        SnapshotId="snap-1",
        State="in-use",
        VolumeType="gp2",
    ),
)
ACL = {
    "grantSet": None,
    "grantList": [
        {"grantee": {"id": "abc", "displayName": None}, "permission": "FullControl"},
        {"grantee": "AllUsers", "permission": "Read"},
    ],
    "owner": {"displayName": None, "id": "abc"},
    "isRequesterCharged": False,
}
BUCKET_ARN = "arn:aws:s3:::logs"
BUCKET = (
    item(
        "AWS::S3::Bucket",
        "logs",
        BUCKET_ARN,
        {
            "name": "logs",
            "owner": {"displayName": None, "id": "abc"},
            "creationDate": "2024-05-01T09:00:00.000Z",
        },
        resourceName="logs",
        supplementaryConfiguration={
            "AccessControlList": json.dumps(json.dumps(ACL)),
            "BucketAccelerateConfiguration": {"status": None},
            "BucketLoggingConfiguration": {"destinationBucketName": None, "logFilePrefix": None},
            "BucketPolicy": {"policyText": TRUST},
            "BucketVersioningConfiguration": {"status": "Off", "isMfaDeleteEnabled": None},
            "IsRequesterPaysEnabled": "false",
            "PublicAccessBlockConfiguration": {
                "blockPublicAcls": True,
                "ignorePublicAcls": True,
                "blockPublicPolicy": False,
                "restrictPublicBuckets": True,
            },
            "ServerSideEncryptionConfiguration": {
                "rules": [
                    {
                        "applyServerSideEncryptionByDefault": {
                            "sseAlgorithm": "AES256",
                            "kmsMasterKeyID": None,
                        },
                        "bucketKeyEnabled": False,
                    }
                ]
            },
        },
    ),
    envelope(
        "AWS.S3.Bucket",
        BUCKET_ARN,
        Name="logs",
        EncryptionRules=[
            {
                "ApplyServerSideEncryptionByDefault": {
                    "KMSMasterKeyID": None,
                    "SSEAlgorithm": "AES256",
                }
            }
        ],
        Grants=[
            {
                "Grantee": {"DisplayName": None, "ID": "abc", "URI": None},
                "Permission": "FULL_CONTROL",
            },
            {
                "Grantee": {
                    "DisplayName": None,
                    "ID": None,
                    "URI": "http://acs.amazonaws.com/groups/global/AllUsers",
                },
                "Permission": "READ",
            },
        ],
        LoggingPolicy=None,
        MFADelete=None,
        ObjectLockConfiguration=None,
        Owner={"DisplayName": None, "ID": "abc"},
        Policy=TRUST,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "BlockPublicPolicy": False,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
        Versioning=None,
    ),
)
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/deploy"
ROLE = (
    item(
        "AWS::IAM::Role",
        "AROA1",
        ROLE_ARN,
        {
            "path": "/",
            "roleName": "deploy",
            "roleId": "AROA1",
            "arn": ROLE_ARN,
            "createDate": "2024-05-01T09:00:00.000Z",
            "assumeRolePolicyDocument": ENCODED,
            "instanceProfileList": [],
            "rolePolicyList": [{"policyName": "inline", "policyDocument": ENCODED}],
            "attachedManagedPolicies": [
                {"policyName": "ReadOnly", "policyArn": "arn:aws:iam::aws:policy/ReadOnly"}
            ],
            "permissionsBoundary": None,
            "tags": [],
        },
        awsRegion="global",
        resourceName="deploy",
    ),
    envelope(
        "AWS.IAM.Role",
        ROLE_ARN,
        Region="global",
        Id="AROA1",
        Name="deploy",
        AssumeRolePolicyDocument=TRUST,
        InlinePolicies={"inline": TRUST},
        ManagedPolicyNames=["ReadOnly"],
        Path="/",
        PermissionsBoundary=None,
    ),
)
POLICY_ARN = f"arn:aws:iam::{ACCOUNT}:policy/all"
POLICY = (
    item(
        "AWS::IAM::Policy",
        "ANPA1",
        POLICY_ARN,
        {
            "policyName": "all",
            "policyId": "ANPA1",
            "arn": POLICY_ARN,
            "path": "/",
            "defaultVersionId": "v2",
            "attachmentCount": 1,
            "permissionsBoundaryUsageCount": 0,
            "isAttachable": True,
            "description": None,
            "createDate": "2024-05-01T09:00:00.000Z",
            "updateDate": "2024-05-01T09:00:00.500Z",
            "policyVersionList": [
                {"document": "%7B%7D", "versionId": "v1", "isDefaultVersion": False},
                {"document": ENCODED, "versionId": "v2", "isDefaultVersion": True},
            ],
        },
        awsRegion="global",
        resourceName="all",
    ),
    envelope(
        "AWS.IAM.Policy",
        POLICY_ARN,
        Region="global",
        Id="ANPA1",
        Name="all",
        AttachmentCount=1,
        DefaultVersionId="v2",
        Description=None,
        IsAttachable=True,
        Path="/",
        PermissionsBoundaryUsageCount=0,
        PolicyDocument=TRUST,
        UpdateDate="2024-05-01T09:00:00.5Z",
    ),
)
KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k-1"
KEY = (
    item(
        "AWS::KMS::Key",
        "k-1",
        KEY_ARN,
        {
            "keyId": "k-1",
            "arn": KEY_ARN,
            "creationDate": "2024-05-01T09:00:00.000Z",
            "enabled": True,
            "description": "",
            "keyUsage": "ENCRYPT_DECRYPT",
            "keyState": "Enabled",
            "deletionDate": None,
            "origin": "AWS_KMS",
            "keyManager": "CUSTOMER",
        },
        supplementaryConfiguration={
            "KeyRotationStatus": "false",
            "Policy": json.dumps(TRUST),
        },
    ),
    envelope(
        "AWS.KMS.Key",
        KEY_ARN,
        Id="k-1",
        CloudHsmClusterId=None,
        CustomKeyStoreId=None,
        DeletionDate=None,
        Description="",
        Enabled=True,
        ExpirationModel=None,
        KeyManager="CUSTOMER",
        KeyRotationEnabled=False,
        KeyState="Enabled",
        KeyUsage="ENCRYPT_DECRYPT",
        Origin="AWS_KMS",
        Policy=TRUST,
        ValidTo=None,
    ),
)
NETWORK_ACL = (
    item(
        "AWS::EC2::NetworkAcl",
        "acl-1",
        ec2("network-acl", "acl-1"),
        {
            "associations": [],
            "entries": [
                {"egress": False, "portRange": {"from": 22, "to": 22}, "protocol": "6"},
                {"cidrBlock": "0.0.0.0/0", "egress": True, "protocol": "-1", "ruleNumber": 100},
            ],
            "isDefault": True,
            "networkAclId": "acl-1",
            "ownerId": ACCOUNT,
            "tags": [],
            "vpcId": "vpc-1",
        },
    ),
    envelope(
        "AWS.EC2.NetworkACL",
        ec2("network-acl", "acl-1"),
        Id="acl-1",
        Associations=None,
        Entries=[
            {
                "CidrBlock": None,
                "Egress": False,
                "IcmpTypeCode": None,
                "Ipv6CidrBlock": None,
                "PortRange": {"From": 22, "To": 22},
                "Protocol": "6",
                "RuleAction": None,
                "RuleNumber": None,
            },
            {
                "CidrBlock": "0.0.0.0/0",
                "Egress": True,
                "IcmpTypeCode": None,
                "Ipv6CidrBlock": None,
                "PortRange": None,
                "Protocol": "-1",
                "RuleAction": None,
                "RuleNumber": 100,
            },
        ],
        IsDefault=True,
        OwnerId=ACCOUNT,
        VpcId="vpc-1",
    ),
)
PAIRS = (GROUP, VOLUME, BUCKET, ROLE, POLICY, KEY, NETWORK_ACL)
