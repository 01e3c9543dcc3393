from account_register import account_name


def policy(resource):
    options = resource.get("MetadataOptions") or {}
    return options.get("HttpEndpoint") == "disabled" or options.get("HttpTokens") == "required"


def title(resource):
    return f"{resource['Id']} in {account_name(resource)} hands out credentials without a token"
