from account_register import account_name


def policy(resource):
    if resource.get("KmsKeyId") is None
        return False
    return f":{resource['AccountId']}:key/" in resource["KmsKeyId"]


def title(resource):
    return f"Trail {resource['Name']} of {account_name(resource)} is not under a key of ours"
