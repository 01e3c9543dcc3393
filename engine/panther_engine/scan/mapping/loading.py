"""Reads a mapping: YAML whose every mistake is told with its line."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as ReadOnly
from functools import cache
from pathlib import Path as FilePath

from panther_engine.model import Diagnostic, JsonValue
from panther_engine.reading.spec.catalogue import common_fields, fields_of
from panther_engine.reading.spec.document import Document, load_document
from panther_engine.reading.storage.read_regular import read_regular
from panther_engine.scan.mapping.mapping import Mapping, Path, Source, Step, TypeMapping
from panther_engine.scan.mapping.steps import STEPS
from panther_engine.text.suggest import did_you_mean

LARGEST = 4 << 20
"""Bytes of a mapping."""
SHIPPED = FilePath(__file__).with_name("aws_config.yml")
KEYS = (
    "name",
    "about",
    "match",
    "type",
    "decode",
    "decode_each",
    "deleted",
    "unrecorded",
    "when",
    "common",
    "types",
)
TYPE_KEYS = ("type", "from", "same", "fields", "cannot", "nulls")
FIELD_KEYS = ("from", "steps", "required")
IMPLIED = ("ResourceType",)


class MappingError(Exception):
    """A mapping cannot be used; the text has the file, the line, and what to do."""


@cache
def shipped_mapping() -> Mapping:
    """The mapping of AWS Config that comes with the program."""
    return load_mapping(SHIPPED, SHIPPED.name)


def load_mapping(file: FilePath, shown: str) -> Mapping:
    """The mapping that a file holds. Raises MappingError."""
    try:
        document = load_document(read_regular(file, LARGEST), "mapping.yml")
    except OSError as error:
        raise MappingError(f"{shown}: {error.strerror or error}") from error
    if isinstance(document, Diagnostic):
        raise MappingError(f"{shown}:{document.line}: {document.message}")
    return _Reader(document, shown).mapping()


class _Reader:
    def __init__(self, document: Document, shown: str) -> None:
        self._document = document
        self._shown = shown

    def mapping(self) -> Mapping:
        top = self._map((), KEYS)
        common = {name: self._source(("common", name)) for name in self._map(("common",))}
        types = {}
        for name in self._map(("types",)):
            types[str(name)] = self._type(str(name), common)
        return Mapping(
            name=self._text(("name",)),
            about=str(top.get("about", "")),
            has=self._names(("match",)),
            type_key=self._text(("type",)),
            decode=self._names(("decode",)) if "decode" in top else (),
            decode_each=self._names(("decode_each",)) if "decode_each" in top else (),
            deleted=self._values_of("deleted", top),
            unrecorded=self._values_of("unrecorded", top),
            when=str(top.get("when", "")),
            types=types,
        )

    def _type(self, name: str, common: ReadOnly[str, Source]) -> TypeMapping:
        at = ("types", name)
        top = self._map(at, TYPE_KEYS)
        kind = self._text((*at, "type"))
        known = fields_of(kind)
        if not known:
            raise self._error((*at, "type"), f"`{kind}` is no resource type of Panther's")
        fields = {key: one for key, one in common.items() if key in self._common_of(kind)}
        below = self._path(top.get("from", "configuration"))
        for field in self._names((*at, "same")) if "same" in top else ():
            lower = field[:1].lower() + field[1:]
            fields[field] = Source(((*below, lower),), (Step("pascal"),))
        for field in self._map((*at, "fields")) if "fields" in top else ():
            fields[str(field)] = self._source((*at, "fields", str(field)))
        cannot = self._map((*at, "cannot")) if "cannot" in top else {}
        reasons = {str(field): str(why) for field, why in cannot.items()}
        for field in (*fields, *reasons):
            if field.split(".")[0] not in known:
                meant = did_you_mean(field, known, "see `panther-tui types`")
                raise self._error(at, f"`{kind}` has no field `{field}`; {meant}")
        filled = (*fields, *IMPLIED)
        for field in known:
            if known[field].common and field not in self._common_of(kind):
                continue
            if field not in filled and field not in reasons:
                said = f"`{field}` of `{kind}` is neither filled nor named under `cannot`"
                raise self._error(at, said)
        absent = [f"-{field}" for field in known if known[field].common and field not in filled]
        return TypeMapping(
            source_type=name,
            type=kind,
            fields=fields,
            cannot=reasons,
            nulls=self._nulls(at, kind, top),
            unfilled=(*reasons, "*", *absent),
        )

    def _common_of(self, kind: str) -> tuple[str, ...]:
        return common_fields(kind)

    def _nulls(
        self, at: tuple[str, ...], kind: str, top: ReadOnly[str, JsonValue]
    ) -> dict[Path, tuple[str, ...]]:
        """The catalogue's keys one level down, and those that the mapping adds deeper."""
        nulls: dict[Path, tuple[str, ...]] = {
            (name,): one.keys for name, one in fields_of(kind).items() if one.keys
        }
        for path in self._map((*at, "nulls")) if "nulls" in top else ():
            where = self._path(str(path))
            keys = self._names((*at, "nulls", str(path)))
            nulls[where] = (*nulls.get(where, ()), *keys)
        reasons = top.get("cannot")
        unknown = set(reasons) if isinstance(reasons, dict) else set()
        return {
            path: tuple(key for key in keys if ".".join((*path, key)) not in unknown)
            for path, keys in nulls.items()
        }

    def _source(self, at: tuple[str, ...]) -> Source:
        value = self._at(at)
        if isinstance(value, str):
            return Source(tuple(self._paths(value)))
        given = self._map(at, FIELD_KEYS)
        steps = given.get("steps", [])
        if not isinstance(steps, list):
            raise self._error((*at, "steps"), "`steps` is no list")
        return Source(
            tuple(self._paths(self._text((*at, "from")))),
            tuple(self._step(at, one) for one in steps),
            given.get("required") is True,
        )

    def _step(self, at: tuple[str, ...], value: JsonValue) -> Step:
        name, argument = value, None
        if isinstance(value, dict) and len(value) == 1:
            ((name, argument),) = value.items()
        if not isinstance(name, str) or name not in STEPS:
            meant = did_you_mean(str(name), STEPS, f"there are {', '.join(STEPS)}")
            raise self._error((*at, "steps"), f"there is no step `{name}`; {meant}")
        return Step(name, argument)

    def _paths(self, text: str) -> Iterator[Path]:
        for one in text.split("|"):
            yield self._path(one.strip())

    def _path(self, value: JsonValue) -> Path:
        return tuple(str(value).split("."))

    def _values_of(self, name: str, top: ReadOnly[str, JsonValue]) -> dict[str, tuple[str, ...]]:
        if name not in top:
            return {}
        return {str(key): self._names((name, str(key))) for key in self._map((name,))}

    def _at(self, at: tuple[str, ...]) -> JsonValue:
        value: JsonValue = self._document.data
        for key in at:
            if not isinstance(value, dict) or key not in value:
                raise self._error(at[:-1], f"`{at[-1]}` is missing")
            value = value[key]
        return value

    def _map(
        self, at: tuple[str, ...], keys: tuple[str, ...] | None = None
    ) -> dict[str, JsonValue]:
        value = self._at(at)
        if not isinstance(value, dict):
            raise self._error(at, f"expected a map{f' under `{at[-1]}`' if at else ''}")
        for key in value if keys is not None else ():
            if key not in (keys or ()):
                raise self._error(
                    (*at, str(key)), f"unknown key `{key}`; {did_you_mean(str(key), keys or ())}"
                )
        return value

    def _names(self, at: tuple[str, ...]) -> tuple[str, ...]:
        value = self._at(at)
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self._error(at, f"expected a list of names under `{at[-1]}`")
        return tuple(map(str, value))

    def _text(self, at: tuple[str, ...]) -> str:
        value = self._at(at)
        if not isinstance(value, str) or not value:
            raise self._error(at, f"expected a text under `{at[-1]}`")
        return value

    def _error(self, at: tuple[str, ...], said: str) -> MappingError:
        span = None
        while at and span is None:
            span = self._document.key_span(*at)
            at = at[:-1]
        line = 1 if span is None else span.line
        return MappingError(f"{self._shown}:{line}: {said.removesuffix('; ')}")
