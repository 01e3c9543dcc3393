MAX_DAYS = 90


# The whole of a policy is this function. It gets one resource as a plain dict and returns
# True when the resource is as it should be, False when Panther should raise an alert.
# Only a real bool counts: returning None or 1 is an error.
def policy(resource):
    age = resource.get("MaxPasswordAge")

    # null means that passwords never expire, which is not "less than 90 days".
    if age is None:
        return False
    return age <= MAX_DAYS
