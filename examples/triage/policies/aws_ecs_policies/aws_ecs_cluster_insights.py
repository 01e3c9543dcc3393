import sys


def policy(resource):
    settings = resource.get("Settings")
    if settings is None:
        sys.exit(f"no settings recorded for {resource['Arn']}")
    return any(
        item["Name"] == "containerInsights" and item["Value"] != "disabled" for item in settings
    )
