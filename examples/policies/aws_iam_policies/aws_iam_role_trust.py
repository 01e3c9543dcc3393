import json

IN_HOUSE = {"123456789012", "111122223333"}


def as_list(value):
    """IAM lets people write one thing instead of a list of one."""
    return value if isinstance(value, list) else [value]


def account_of(principal):
    """The account of an ARN; a bare account id and `*` are their own answer."""
    return principal.split(":")[4] if principal.startswith("arn:") else principal


def strangers(resource):
    # AWS keeps policy documents as text, and so does the resource.
    document = json.loads(resource.get("AssumeRolePolicyDocument") or '{"Statement": []}')
    accounts = set()
    for statement in as_list(document["Statement"]):
        if statement["Effect"] != "Allow":
            continue
        principal = statement.get("Principal", {})
        trusted = "*" if principal == "*" else principal.get("AWS", [])
        accounts.update(account_of(item) for item in as_list(trusted))
    return sorted(accounts - IN_HOUSE)


def policy(resource):
    return not strangers(resource)


def title(resource):
    return f"{resource['Name']} can be assumed from {', '.join(strangers(resource))}"


def alert_context(resource):
    return {"role": resource["Arn"], "trusts": strangers(resource)}
