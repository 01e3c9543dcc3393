import json


def listed(value):
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def statements(text):
    if not text:
        return []
    document = json.loads(text)
    return [item for item in listed(document.get("Statement")) if item.get("Effect") == "Allow"]


def principals(statement):
    principal = statement.get("Principal")
    if isinstance(principal, dict):
        return [item for value in principal.values() for item in listed(value)]
    return listed(principal)
