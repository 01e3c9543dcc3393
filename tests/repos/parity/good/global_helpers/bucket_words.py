PUBLIC_GROUP = "http://acs.amazonaws.com/groups/global/AllUsers"


def grantees(resource):
    return [grant["Grantee"]["URI"] for grant in resource["Grants"]]


def owner_of(resource):
    return (resource.get("Owner") or {}).get("DisplayName", "nobody")
