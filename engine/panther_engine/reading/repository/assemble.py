"""Builds policies and globals from files; rechecks a spec only if its inputs changed."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from dataclasses import field, replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

from panther_engine.model import Diagnostic, Global, Level, Policy
from panther_engine.reading.check.body import check_body, check_helper, check_mocks
from panther_engine.reading.check.globals import check_global_names
from panther_engine.reading.check.spec import Other, check_spec
from panther_engine.reading.repository.ids import check_ids
from panther_engine.reading.repository.parse_cache import Item, JoinedSpec, Parsed, ParsedSpec
from panther_engine.reading.repository.pat_settings import PatSettings
from panther_engine.reading.repository.sources import SourceFile, Sources, Unread
from panther_engine.reading.repository.walk.discover import Listing
from panther_engine.reading.repository.walk.folders import parent_of, stamp_path
from panther_engine.reading.spec.document import peek_kind
from panther_engine.reading.spec.unnamed_bodies import check_unnamed, find_unnamed
from panther_engine.values.frozen import dataclass

CHECKED_KINDS = ("policy", "global", "")
"""Analysis types whose specs are parsed; of the others only the ID matters."""


GLANCED = 1_000
"""Specs that are glanced at before they are read: more than any screen shows."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """What a listing comes to."""

    files: Mapping[str, SourceFile]
    policies: Mapping[str, Policy]
    globals: Mapping[str, Global]
    others: Mapping[str, Other]
    diagnostics: tuple[Diagnostic, ...]
    directories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Specs:
    """What the specs of a listing say."""

    listing: Listing
    ignore_extra_keys: bool
    items: dict[str, Item] = field(default_factory=dict)
    """By path, in load order."""
    files: dict[str, SourceFile] = field(default_factory=dict)
    """Those of policies and globals."""
    unread: dict[str, Diagnostic] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)
    """Those that asked for a file that the listing does not hold: it can come without a sign."""
    others: Mapping[str, Other] = field(default_factory=dict)
    conflicts: Mapping[str, Diagnostic] = field(default_factory=dict)
    unnamed: tuple[str, ...] = ()
    """Python files that no spec names, once they were looked for."""

    def copy(self, listing: Listing) -> _Specs:
        """The same of another listing; it can be changed while this one stays."""
        return replace(
            self,
            listing=listing,
            items=dict(self.items),
            files=dict(self.files),
            unread=dict(self.unread),
            open=set(self.open),
        )

    def is_ordered_as(self, other: _Specs) -> bool:
        """Whether the same specs count in both, so that a change of one kept its place."""
        return self.items.keys() == other.items.keys() and self.files.keys() == other.files.keys()


class Assembler:
    """Remembers checks from one generation to the next; what it makes depends on the disk alone."""

    def __init__(self, root: Path, check_syntax: bool = True, parsed: Parsed | None = None) -> None:
        self.parsed = Parsed() if parsed is None else parsed
        self.sources = Sources(root, self.parsed)
        self._root = root
        self._check_syntax = check_syntax
        self._minor: dict[str, tuple[str, Other | None]] = {}
        self._specs: _Specs | None = None
        self._unnamed: _Specs | None = None

    def glance(self, listing: Listing) -> dict[str, str]:
        """IDs of what seem to be policies, by spec path; long before all of them are parsed."""
        found = {}
        for path in listing.specs[:GLANCED]:
            source = self.sources.read(path, listing.files[path])
            kind = peek_kind(source.content) if isinstance(source, SourceFile) else None
            if kind is not None and kind.analysis_type == "policy" and kind.id:
                found[path] = kind.id
        return found

    def find_head(
        self, listing: Listing, wanted: Callable[[str], bool], count: int
    ) -> Generator[None, None, tuple[str, ...]]:
        """Specs of all globals and of the first few wanted policies, by a look at their text.

        Yields after each file. A policy whose ID seems to be taken twice is not among them.
        """
        kinds = {}
        for path in listing.specs:
            source = self.sources.read(path, listing.files[path])
            kind = peek_kind(source.content) if isinstance(source, SourceFile) else None
            if kind is not None and kind.id:
                kinds[path] = kind
            yield
        taken = Counter(kind.id for kind in kinds.values())
        globals_ = [path for path, kind in kinds.items() if kind.analysis_type == "global"]
        policies = (
            path
            for path, kind in kinds.items()
            if kind.analysis_type == "policy" and taken[kind.id] == 1 and wanted(path)
        )
        return (*globals_, *islice(policies, count))

    def assemble(
        self,
        listing: Listing,
        settings: PatSettings,
        doubted: Collection[str] = (),
        *,
        is_head: bool = False,
    ) -> Generator[None, None, Assembly]:
        """Read what the listing holds, and yield after each file of it.

        `doubted` files are read whatever their stamps say. Of a head, the bodies of globals are
        not checked, and nobody looks for bodies without a spec.
        """
        specs = yield from self._read_specs(listing, settings.ignore_extra_keys, doubted)
        items, files = specs.items, dict(specs.files)
        found = [*settings.diagnostics, *listing.diagnostics, *specs.unread.values()]
        policies: dict[str, Policy] = {}
        globals_: dict[str, Global] = {}
        directories = dict.fromkeys(listing.directories)
        found += [it for path, it in specs.conflicts.items() if path in specs.others]
        for path in specs.files:
            item = items[path]
            assert not isinstance(item, Other)
            body = None
            if item.body:
                body = self.sources.read(item.body, listing.files.get(item.body), doubted)
                if isinstance(body, SourceFile):
                    files[item.body] = body
                self._watch(parent_of(item.body), directories)
            if is_head and isinstance(item, Global):
                joined: Policy | Global = item
            else:
                joined = self._join(item, files[path], body, specs.conflicts.get(path))
            if isinstance(joined, Policy):
                policies[path] = joined
            else:
                found += joined.diagnostics
                if joined.id:
                    globals_.setdefault(joined.id, joined)
            yield
        if not is_head:
            found += self._check_unnamed(specs, doubted)
        unique = tuple(dict.fromkeys(found))
        return Assembly(files, policies, globals_, specs.others, unique, tuple(directories))

    def _check_unnamed(self, specs: _Specs, doubted: Collection[str]) -> Iterator[Diagnostic]:
        """A finding for each body of a policy that no spec names."""
        files = specs.listing.files
        for path in self._find_unnamed(specs):
            source = self.sources.read(path, files[path], doubted)
            if isinstance(source, SourceFile) and (found := check_unnamed(path, source.content)):
                yield found

    def _find_unnamed(self, specs: _Specs) -> tuple[str, ...]:
        """The files that may be such, looked for again only after a file or a spec is another."""
        last = self._unnamed
        if (
            last is not None
            and last.listing.directories  # an empty tuple is always the same
            and last.listing.directories is specs.listing.directories
            and last.conflicts is specs.conflicts  # made anew with each change of a spec
            and last.unread == specs.unread
        ):
            return last.unnamed
        items = specs.items
        bodies = {item.body for item in items.values() if not isinstance(item, Other)}

        def may_name(path: str) -> bool:
            item = items.get(path)
            unclear = isinstance(item, Other) or (item is not None and not item.body)
            return unclear or path in specs.unread

        found = tuple(find_unnamed(specs.listing.files, bodies, may_name))
        self._unnamed = replace(specs, unnamed=found)
        return found

    def _read_specs(
        self, listing: Listing, ignore_extra_keys: bool, doubted: Collection[str]
    ) -> Generator[None, None, _Specs]:
        """What the specs say; while no file comes or goes only those are read that changed."""
        last = self._specs
        if (
            last is not None
            and last.listing.specs is listing.specs
            and last.ignore_extra_keys == ignore_extra_keys
        ):
            before, now = last.listing.files, listing.files
            others = last.open.union(doubted)
            chosen = [
                path for path in listing.specs if now[path] is not before[path] or path in others
            ]
            specs = last.copy(listing)
            for path in chosen:
                self._read_spec(path, specs, doubted)
            if specs.is_ordered_as(last):
                if any(specs.items.get(path) is not last.items.get(path) for path in chosen):
                    specs = self._check_ids(specs)
                self._specs = specs
                return specs
        specs = _Specs(listing, ignore_extra_keys)
        for path in listing.specs:
            self._read_spec(path, specs, doubted)
            yield
        self._specs = self._check_ids(specs)
        return self._specs

    def _read_spec(self, path: str, specs: _Specs, doubted: Collection[str]) -> None:
        """Put into `specs` what one of them says."""
        files = specs.listing.files
        stamp = files[path]
        minor = self._minor.get(path)
        if (
            minor is not None
            and path not in doubted
            and minor[0] == self.sources.known_digest(path, stamp)
        ):
            specs.open.discard(path)
            if minor[1] is not None:
                specs.items[path] = minor[1]
            return

        def exists(path: str) -> bool:
            return path in files or stamp_path(os.path.join(self._root, path)) is not None

        self._minor.pop(path, None)
        source = self.sources.read(path, stamp, doubted)
        item: Item | None = None
        is_open = not self.sources.is_settled(path)
        if isinstance(source, SourceFile):
            item = self._check(source, specs.ignore_extra_keys, exists)
            is_open |= any(asked not in files for asked in self.parsed.specs[path].answers)
            if item is None or isinstance(item, Other):
                self._minor[path] = (source.digest, item)
                self.sources.slim(path)
        kept = source if isinstance(source, SourceFile) else None
        _put(specs.items, path, item)
        _put(specs.files, path, kept if isinstance(item, Policy | Global) else None)
        fault = _unread(source, path, Level.ERROR) if isinstance(source, Unread) else None
        _put(specs.unread, path, fault)
        (specs.open.add if is_open else specs.open.discard)(path)

    def _check_ids(self, specs: _Specs) -> _Specs:
        lines = {path: self.parsed.specs[path].id_line for path in specs.files}
        return replace(
            specs,
            others={path: it for path, it in specs.items.items() if isinstance(it, Other)},
            conflicts=check_ids(tuple(specs.items.values()), lines),
        )

    def forget(self, kept: Collection[str]) -> None:
        """Forget all files but these."""
        for memory in (self.parsed.specs, self.parsed.joined, self._minor):
            if len(memory) > len(kept):
                for path in [known for known in memory if known not in kept]:
                    del memory[path]
        self.sources.forget(kept)

    def _check(
        self, source: SourceFile, ignore_extra_keys: bool, exists: Callable[[str], bool]
    ) -> Item | None:
        known = self.parsed.specs.get(source.path)
        if (
            known
            and known.digest == source.digest
            and known.ignore_extra_keys == ignore_extra_keys
            and all(exists(path) == answer for path, answer in known.answers.items())
        ):
            return known.item
        answers: dict[str, bool] = {}

        def asked(path: str) -> bool:
            return answers.setdefault(path, exists(path))

        kind = peek_kind(source.content)
        item: Item | None = None
        if kind is not None and kind.analysis_type not in CHECKED_KINDS:
            item = Other(source.path, kind.analysis_type, kind.id, kind.id_line)
        elif kind is not None:
            item = check_spec(source.path, source.content, asked, ignore_extra_keys)
            item = _keep_name(item, known.item if known else None)
        self.parsed.has_news = True
        self.parsed.specs[source.path] = ParsedSpec(
            source.digest, ignore_extra_keys, answers, kind.id_line if kind else 1, item
        )
        return item

    def _join(
        self,
        item: Policy | Global,
        spec: SourceFile,
        body: SourceFile | Unread | None,
        conflict: Diagnostic | None,
    ) -> Policy | Global:
        """The item with the diagnostics of its body, of its mocks and of an ID taken twice."""
        digest = body.digest if body else ""
        known = self.parsed.joined.get(spec.path)
        if known and known.item is item and known.body == digest and known.conflict == conflict:
            return known.result
        found = list(item.diagnostics)
        if conflict:
            found.append(conflict)
        if isinstance(body, Unread):
            found.append(_unread(body, body.path, Level.ERROR))
        elif body is not None and isinstance(item, Policy):
            found += check_body(body.path, body.content)
            found += check_mocks(item, body.content)
            self.sources.study(body)
        elif body is not None:
            found += check_helper(body.path, body.content)
        if isinstance(item, Global) and (name := check_global_names(item)):
            found.append(name)
        if not self._check_syntax:
            found = [one for one in found if one.code != "syntax-error"]
        result = replace(item, diagnostics=tuple(dict.fromkeys(found)))
        self.parsed.has_news = True
        self.parsed.joined[spec.path] = JoinedSpec(item, digest, conflict, result)
        return result

    def _watch(self, folder: str, directories: dict[str, None]) -> None:
        """Watch where a body lies or would appear, if that is inside the root."""
        if folder in directories or folder.startswith(("..", "/")):
            return
        while folder != "." and not os.path.isdir(os.path.join(self._root, folder)):
            folder = parent_of(folder)
        directories.setdefault(folder)


def _keep_name(item: Item | None, before: Item | None) -> Item | None:
    """A policy whose ID cannot be read for now is known by the one it had."""
    if isinstance(item, Policy) and not item.id and isinstance(before, Policy):
        return replace(item, known_as=before.id or before.known_as)
    return item


T = TypeVar("T")


def _put(values: dict[str, T], key: str, value: T | None) -> None:
    if value is None:
        values.pop(key, None)
    else:
        values[key] = value


def _unread(source: Unread, path: str, level: Level) -> Diagnostic:
    return Diagnostic(path, 1, 0, level, "unreadable", f"cannot be read: {source.reason}")
