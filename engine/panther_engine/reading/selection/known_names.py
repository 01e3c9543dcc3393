"""Explains a name that a body cannot import by what the checkout has under that name."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.repository.walk.folders import join, parent_of
from panther_engine.text.one_line import one_line


def tell_known(repository: Repository, name: str) -> tuple[str, str] | None:
    """What a module's name stands for in the checkout, and what to do; None if for nothing.

    `name` is a top-level name that no import finds: no global that can be imported has it as ID.
    """
    known = repository.globals.get(name)
    if known is not None:
        place = known.body or known.spec
        return f"the global `{name}` has no Python file", f"correct `Filename` in {place}"
    for one in repository.globals.values():
        if _stem(one.body) == name:
            said = f"{one.body} is the global `{one_line(one.id)}`: it is imported by its GlobalID"
            return said, f"write `import {one_line(one.id)}`"
    for policy in repository.policies.values():
        if _stem(policy.body) == name or policy.id == name:
            said = f"{policy.body} is the body of the policy {one_line(policy.id)}"
            return said, "no policy can import another: put what both use into a global"
    return next(_tell_files(repository, name), None) or _tell_folder(repository, name)


def _tell_files(repository: Repository, name: str) -> Iterator[tuple[str, str]]:
    """Files that are neither a global nor a policy's body, those that are read first."""
    places = [
        join(path, f"{name}.py")
        for path, folder in repository.listing.folders.items()
        if f"{name}.py" in folder.files
    ]
    for place in sorted(places, key=lambda one: one not in repository.listing.files):
        folder = parent_of(place)
        specs = (join(folder, f"{name}{ending}") for ending in (".yml", ".yaml", ".json"))
        other = next((repository.others[one] for one in specs if one in repository.others), None)
        if other is not None:
            kind = one_line(other.analysis_type.replace("_", " "))
            said = f"{place} belongs to a spec of type {kind}"
            yield said, "only globals can be imported: put what both use into one"
        elif place in repository.listing.files:
            spec = f"{place.removesuffix('.py')}.yml"
            said = f"{place} is no global: no spec names it"
            todo = (
                f"add {spec} with `AnalysisType: global`, `GlobalID: {name}` and "
                f"`Filename: {name}.py`"
            )
            yield said, todo
        else:
            said = f"{place} lies in a folder that is not read"
            yield said, f"put it into global_helpers, with a spec that has `GlobalID: {name}`"


def _tell_folder(repository: Repository, name: str) -> tuple[str, str] | None:
    for path in repository.listing.folders:
        if posixpath.basename(path) == name:
            said = f"{path} is a folder, and Panther imports single files, no packages"
            return said, "import a global by its GlobalID"
    return None


def _stem(path: str) -> str:
    return posixpath.basename(path).removesuffix(".py") if path.endswith(".py") else ""
