from ipaddress import ip_network

OUR_BLOCKS = {ip_network("10.0.0.0/8"), ip_network("172.16.0.0/12")}


def policy(resource):
    if resource.get("IsDefault"):
        return False
    block = ip_network(resource["CidrBlock"])
    while block not in OUR_BLOCKS:
        block = block.supernet()
        if block is None:
            return False
    return True
