from account_register import is_playground

KEEP_DAYS = 7


def policy(resource):
    if is_playground(resource):
        return True
    kept = resource.get("BackupRetentionPeriod") or 0
    return kept > KEEP_DAYS
