from account_register import is_playground

KEEP_DAYS = 365


def policy(resource):
    if is_playground(resource):
        return True
    retention = resource.get("RetentionInDays")
    return retention is None or retention >= KEEP_DAYS
