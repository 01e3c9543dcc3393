from trust_document import principals, statements


def policy(resource):
    for statement in statements(resource.get("Policy")):
        if "*" in principals(statement) and not statement.get("Condition"):
            return False
    return True
