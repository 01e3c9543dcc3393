from account_register import is_playground


def polcy(resource):
    if is_playground(resource):
        return True
    return resource.get("Public") is not True
