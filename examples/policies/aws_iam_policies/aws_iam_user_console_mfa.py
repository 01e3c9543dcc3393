# A global, from global_helpers/. Save a change there and every policy that imports it runs again.
from resource_fields import dig


def policy(resource):
    # A user without a password cannot sign in to the console. And a user made within the last
    # few hours has no credential report yet: dig() reads that as False instead of raising.
    if not dig(resource, "CredentialReport", "PasswordEnabled", default=False):
        return True
    return dig(resource, "CredentialReport", "MfaActive", default=False)
