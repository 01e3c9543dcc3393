from resource_fields import tag


def policy(resource):
    # Written this way round, null (not known yet) counts as not public.
    return resource.get("PubliclyAccessible") is not True


# Optional: overrides the Severity of the spec; "DEFAULT" leaves it as it is.
def severity(resource):
    return "CRITICAL" if tag(resource, "Environment") == "production" else "DEFAULT"


# Optional: who is told. An empty list tells nobody, None leaves it to the spec and to routing.
def destinations(resource):
    if tag(resource, "Environment") == "sandbox":
        return []
    return ["data-platform-oncall"]
