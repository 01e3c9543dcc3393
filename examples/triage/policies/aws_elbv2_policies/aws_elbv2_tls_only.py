def in_the_clear(listener):
    if listener["Protocol"] == "HTTPS":
        return False
    return not any(item["Type"] == "redirect" for item in listener.get("DefaultActions") or [])


def policy(resource):
    listeners = resource.pop("Listeners", None) or []
    return not any(in_the_clear(item) for item in listeners)


def title(resource):
    ports = [str(item["Port"]) for item in resource["Listeners"] if in_the_clear(item)]
    return f"{resource['Name']} answers without TLS on port {', '.join(ports)}"
