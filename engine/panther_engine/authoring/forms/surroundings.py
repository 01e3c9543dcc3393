"""What a checkout offers to a form, and what a spec in it holds."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from panther_engine.authoring.edits.apply import Edited, apply_steps
from panther_engine.authoring.edits.spec_text import read_spec
from panther_engine.authoring.edits.steps import Put, Refusal, RefusedError
from panther_engine.authoring.forms.fields import METADATA, FormKind
from panther_engine.authoring.forms.texts import text_of
from panther_engine.model import JsonValue
from panther_engine.reading.repository.repository import Repository
from panther_engine.values.forms import Held, Surroundings

_DEEP_GET = re.compile(rb"^def deep_get\(", re.MULTILINE)
_TIED = re.compile(rb"[&*][\w]|<<")
"""What an anchor, an alias or a merge key may look like."""


def surroundings_of(repository: Repository) -> Surroundings:
    """What the checkout has: names in use, the commonest first, and who has which ID."""
    tags: Counter[str] = Counter()
    outputs: Counter[str] = Counter()
    ignored: Counter[str] = Counter()
    sections: dict[str, Counter[str]] = defaultdict(Counter)
    folders: dict[str, Counter[str]] = defaultdict(Counter)
    for policy in repository.policies.values():
        tags.update(policy.tags)
        outputs.update(policy.output_ids)
        ignored.update(policy.suppressions)
        for name in policy.resource_types:
            folders[name][_folder(policy.spec)] += 1
        for framework, values in policy.reports:
            sections[framework].update(values)
    return Surroundings(
        ids=tuple(_ids(repository)),
        files=tuple(sorted(repository.files)),
        tags=_commonest(tags),
        reports=tuple(
            (name, tuple(sorted(held)))
            for name, held in sorted(sections.items(), key=lambda it: (-it[1].total(), it[0]))
        ),
        outputs=_commonest(outputs),
        suppressions=_commonest(ignored),
        folders=tuple(sorted({_folder(spec) for spec in repository.policies})),
        usual=tuple((name, _commonest(held)[0]) for name, held in folders.items()),
        deep_get=_who_has_deep_get(repository),
    )


def hold(content: bytes, path: str) -> Held | Refusal:
    """What a form can show of a spec; its tests are only counted."""
    try:
        data = read_spec(content, path).data
    except RefusedError as refused:
        return refused.refusal
    if not isinstance(data, dict):
        return Refusal("the spec is not a table of keys")
    tests = data.get("Tests")
    shown = tuple((str(key), value) for key, value in data.items() if key != "Tests")
    locked = tuple(_locked(content, path, data))
    return Held(shown, locked, len(tests) if isinstance(tests, list) else 0)


def _locked(content: bytes, path: str, data: dict[str, JsonValue]) -> Iterable[tuple[str, str]]:
    tied = _TIED.search(content) is not None
    for field in METADATA:
        if field.key not in data:
            continue
        value = data[field.key]
        if text_of(field, value) is None:
            yield field.key, "its value is of another kind than a form can show"
        elif tied:
            trial = not value if field.kind is FormKind.SWITCH else _other(value)
            done = apply_steps(content, path, (Put((field.key,), trial),))
            if not isinstance(done, Edited):
                yield field.key, done.reason


def _other(value: JsonValue) -> JsonValue:
    if isinstance(value, list):
        return [*value, "x"]
    return {"x": ["x"]} if isinstance(value, dict) else f"x{value}"


def _ids(repository: Repository) -> Iterable[tuple[str, str]]:
    for held in (repository.policies, repository.globals, repository.others):
        for item in held.values():
            if item.id:
                yield item.id, item.spec


def _who_has_deep_get(repository: Repository) -> str:
    for name, module in repository.globals.items():
        source = repository.files.get(module.body)
        if source is not None and name.isidentifier() and _DEEP_GET.search(source.content):
            return name
    return ""


def _commonest(counted: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted(counted, key=lambda name: (-counted[name], name)))


def _folder(spec: str) -> str:
    return spec.rpartition("/")[0]
