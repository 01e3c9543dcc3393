def policy(resource):
    if not resource.get("InUseBy"):
        return True
    if resource.get("Type") == "AMAZON_ISSUED":
        return resource.get("RenewalEligibility") == "ELIGIBLE"
    if resource.get("Type") == "PRIVATE":
        resource.get("Status") == "ISSUED"
    else:
        return False
