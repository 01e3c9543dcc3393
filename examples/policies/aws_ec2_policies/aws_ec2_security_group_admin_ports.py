from network_zones import covers_port, is_everyone, sources
from resource_fields import entries, name_of

ADMIN_PORTS = {22: "SSH", 3389: "Remote Desktop", 5985: "WinRM"}


def open_ports(resource):
    public = [
        permission
        for permission in entries(resource, "IpPermissions")
        if any(is_everyone(cidr) for cidr in sources(permission))
    ]
    return [port for port in ADMIN_PORTS if any(covers_port(item, port) for item in public)]


def policy(resource):
    return not open_ports(resource)


def title(resource):
    services = [ADMIN_PORTS[port] for port in open_ports(resource)]
    return f"{name_of(resource)} lets the whole internet try {' and '.join(services)}"


# Optional: whatever helps the person who gets the alert. It must survive json.dumps.
def alert_context(resource):
    return {"vpc": resource.get("VpcId"), "ports": open_ports(resource)}
