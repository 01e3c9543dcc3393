import json

from bucket_words import PUBLIC_GROUP, grantees, owner_of

ALLOWED = ["website"]


def allowed_names():
    return json.dumps(ALLOWED)


def policy(resource):
    if resource["Name"] in json.loads(allowed_names()):
        return True
    return PUBLIC_GROUP not in grantees(resource)


def title(resource):
    return f"Bucket {resource['Name']} of {owner_of(resource)} is public"


def dedup(resource):
    return resource["Name"]


def severity(resource):
    return "CRITICAL" if owner_of(resource) == "finance" else "DEFAULT"


def description(resource):
    return f"{len(resource['Grants'])} grants"


def runbook(resource):
    return "Remove the grant to everyone."


def reference(resource):
    return "https://example.com/private-buckets"


def destinations(resource):
    return None


def alert_context(resource):
    return {"owner": owner_of(resource), "grants": grantees(resource)}


def unique(resource):
    return resource["Name"]
