import pytest

from panther_engine.authoring.policies.names import file_stem, folder_for, suggest_id


@pytest.mark.parametrize(
    ("name", "kind", "made"),
    [
        ("AWS S3 Bucket Encryption", "AWS.S3.Bucket", "AWS.S3.Bucket.Encryption"),
        ("No public access", "AWS.RDS.Instance", "AWS.RDS.Instance.NoPublicAccess"),
        ("AWS EC2 Security Group Ports", "AWS.EC2.SecurityGroup", "AWS.EC2.SecurityGroup.Ports"),
        ("MFA on root", "", "AWS.MFAOnRoot"),
        ("Bucket", "AWS.S3.Bucket", "AWS.S3.Bucket"),
    ],
)
def test_an_id_says_the_type_and_then_the_rest_of_the_name(name: str, kind: str, made: str) -> None:
    assert suggest_id(name, kind) == made


@pytest.mark.parametrize(
    ("made", "stem"),
    [
        ("AWS.S3.Bucket.Encryption", "aws_s3_bucket_encryption"),
        ("AWS.EC2.SecurityGroup.AdminPorts", "aws_ec2_security_group_admin_ports"),
        ("AWS.CloudTrail.LogValidation", "aws_cloudtrail_log_validation"),
        ("AWS.DynamoDB.TableTTLEnabled", "aws_dynamodb_table_ttl_enabled"),
        ("AWS.IAM.User.MFAEnabled", "aws_iam_user_mfa_enabled"),
        ("AWS.ELBV2.ApplicationLoadBalancer", "aws_elbv2_application_load_balancer"),
    ],
)
def test_files_are_the_id_in_snake_case(made: str, stem: str) -> None:
    assert file_stem(made) == stem


def test_folders_are_those_of_services() -> None:
    assert folder_for("AWS.S3.Bucket") == "policies/aws_s3_policies"
    assert folder_for("AWS.PasswordPolicy") == "policies/aws_account_policies"
    assert folder_for("") == "policies"
