def policy(resource):
    # What a policy is not about, it lets pass: a volume nobody uses is for another policy.
    if resource.get("State") != "in-use":
        return True

    # `is True` makes a bool even of null.
    return resource.get("Encrypted") is True
