from resource_fields import name_of, tag

REQUIRED = ("Owner", "CostCentre")


def missing(resource):
    return [name for name in REQUIRED if not tag(resource, name)]


def policy(resource):
    # One policy, three resource types. Where they differ, ask the resource what it is.
    if resource.get("ResourceType") == "AWS.EC2.Instance":
        # Instances of an Auto Scaling group come and go; the group is what has an owner.
        if tag(resource, "aws:autoscaling:groupName"):
            return True
    return not missing(resource)


def description(resource):
    return f"{name_of(resource)} has no tag {' and no tag '.join(missing(resource))}."
