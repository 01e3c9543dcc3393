def policy(resource):
    report = resource.get("CredentialReport") or {}
    return not (report.get("AccessKey1Active") or report.get("AccessKey2Active"))


def dedup(resource):
    return f"root-keys:{resource['AccountId']}"
