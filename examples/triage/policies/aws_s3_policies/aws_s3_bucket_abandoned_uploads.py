def policy(resource):
    for rule in resource["LifecycleRules"]:
        if rule.get("Status") != "Enabled":
            continue
        if rule.get("AbortIncompleteMultipartUpload"):
            return True
    return False
