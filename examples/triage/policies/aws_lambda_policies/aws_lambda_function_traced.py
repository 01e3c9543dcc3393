def policy(resource):
    tracing = resource.get("TracingConfig") or {}
    return tracing.get("Mode") == "Active"
