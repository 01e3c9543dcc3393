def policy(resource):
    # AWS rotates its own keys, and cannot rotate material that somebody imported.
    if resource.get("KeyManager") != "CUSTOMER" or resource.get("Origin") != "AWS_KMS":
        return True
    if resource.get("KeyState") == "PendingDeletion":
        return True
    return resource.get("KeyRotationEnabled") is True


# Optional: alerts with the same text are one alert. This makes it one per account and region,
# not one per key.
def dedup(resource):
    return f"kms-rotation:{resource['AccountId']}:{resource['Region']}"


# Optional: the first thing to do, with the names already filled in.
def runbook(resource):
    return f"aws kms enable-key-rotation --region {resource['Region']} --key-id {resource['Id']}"
