def policy(resource):
    if resource.get("Status") != "ENABLED":
        return False
    return resource.get("FindingPublishingFrequency") == "FIFTEEN_MINUTES"
