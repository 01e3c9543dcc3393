EVERYONE = {
    "http://acs.amazonaws.com/groups/global/AllUsers",
    # Anyone who has an AWS account, which is anyone.
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
}


def policy(resource):
    # `or []` because Grants is null on a bucket whose ACLs are switched off.
    for grant in resource.get("Grants") or []:
        if grant["Grantee"].get("URI") in EVERYONE:
            return False
    return True


# Optional: the headline of the alert. Without it Panther shows the DisplayName of the spec.
def title(resource):
    return f"Anyone can reach the S3 bucket {resource['Name']}"
