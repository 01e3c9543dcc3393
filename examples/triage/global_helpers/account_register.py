ACCOUNTS = {
    "123456789012": "shop-production",
    "111122223333": "shop-staging",
    "444455556666": "playground",
}


def account_name(resource):
    account = resource.get("AccountId")
    return ACCOUNTS.get(account, account)


def is_playground(resource):
    return account_name(resource) == "playground"
