import re

from resource_fields import dig, name_of

SECRET_NAME = re.compile(r"secret|password|passwd|token|api_?key", re.IGNORECASE)
REFERENCE = ("arn:aws:secretsmanager:", "arn:aws:ssm:")


def exposed(resource):
    """Names of the variables that hold a secret, rather than say where it is kept."""
    variables = dig(resource, "Environment", "Variables", default={})
    return sorted(
        name
        for name, value in variables.items()
        if SECRET_NAME.search(name) and not value.startswith(REFERENCE)
    )


def policy(resource):
    return not exposed(resource)


def title(resource):
    return f"{name_of(resource)} keeps {len(exposed(resource))} secret(s) in its environment"


# Names only: an alert travels by mail and chat, which is no place for the values.
def alert_context(resource):
    return {"function": name_of(resource), "variables": exposed(resource)}
