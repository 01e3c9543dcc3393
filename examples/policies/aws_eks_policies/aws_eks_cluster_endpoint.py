from network_zones import is_everyone
from resource_fields import dig, entries


def policy(resource):
    if not dig(resource, "ResourcesVpcConfig", "EndpointPublicAccess", default=False):
        return True

    # Here null does not mean "nobody": EKS takes an empty list as "from everywhere".
    allowed = entries(resource, "ResourcesVpcConfig", "PublicAccessCidrs") or ["0.0.0.0/0"]
    return not any(is_everyone(cidr) for cidr in allowed)
