"""Reading a resource without tripping over what is not there.

Nearly every field of a resource may be null, and the resource of a test often leaves fields out.
"""


def dig(resource, *keys, default=None):
    """The value at the end of a chain of keys, or `default` where a link is missing or null."""
    value = resource
    for key in keys:
        if not isinstance(value, dict):
            return default
        value = value.get(key)
    return default if value is None else value


def entries(resource, *keys):
    """A list field, ready for a `for` loop: missing and null both read as no entries."""
    return dig(resource, *keys, default=[])


def tag(resource, name):
    """The value of a tag, or the empty text. `Tags` is null on many resources."""
    return dig(resource, "Tags", name, default="")


def name_of(resource):
    """What people call a resource: its name if it has one, else its id."""
    return resource.get("Name") or resource.get("Id") or resource.get("ResourceId") or "unnamed"
