from trust_documents import listed, statements


def policy(resource):
    for statement in statements(resource.get("PolicyDocument")):
        if "*" in listed(statement.get("Action")) and "*" in listed(statement.get("Resource")):
            return False
    return True


def alert_context(resource):
    return {"policy": resource["Arn"], "attached": resource.get("AttachmentCount") or 0}
