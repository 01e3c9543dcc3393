def policy(resource):
    # A trail can exist and be paused. Only one that records, and everywhere, is worth its name.
    status = resource.get("Status") or {}
    return resource.get("IsMultiRegionTrail") is True and status.get("IsLogging") is True
