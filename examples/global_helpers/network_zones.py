"""Who can reach what: ports and address ranges of security groups and endpoints."""

from ipaddress import ip_network

from resource_fields import entries  # one global may import another


def is_everyone(cidr):
    """Whether a range is the whole internet, IPv4 or IPv6."""
    return ip_network(cidr, strict=False).prefixlen == 0


def sources(permission):
    """Every address range that an inbound permission lets in, IPv4 first."""
    ipv4 = [item.get("CidrIp") for item in entries(permission, "IpRanges")]
    ipv6 = [item.get("CidrIpv6") for item in entries(permission, "Ipv6Ranges")]
    return [cidr for cidr in ipv4 + ipv6 if cidr]


def covers_port(permission, port):
    """Whether a permission is about this port. Protocol -1 is every port of every protocol."""
    if permission.get("IpProtocol") == "-1":
        return True
    first, last = permission.get("FromPort"), permission.get("ToPort")
    return first is not None and last is not None and first <= port <= last
