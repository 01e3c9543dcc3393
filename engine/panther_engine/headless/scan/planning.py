"""Opens a checkout and an inventory for a scan, and says what there would be to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from panther_engine.headless.request import select_paths
from panther_engine.headless.scan.request import Prepare, ScanRequest
from panther_engine.model import Policy
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.pat_settings import load_pat_settings, matches
from panther_engine.reading.repository.repository import Repository, facts_of
from panther_engine.reading.selection.filters import parse_filters
from panther_engine.reading.selection.select import choose
from panther_engine.reading.selection.targets import SelectionError
from panther_engine.running.interpreter.choose import Interpreter
from panther_engine.running.interpreter.python_version import reads_newer_syntax
from panther_engine.running.jobs.pool import default_places
from panther_engine.running.jobs.report import RunOptions
from panther_engine.scan.evaluating.plan import Plan, make_plan
from panther_engine.scan.inventory.kept import find_kept
from panther_engine.scan.inventory.opening import UnreadableError
from panther_engine.scan.inventory.reading import Reading, read_inventory
from panther_engine.scan.inventory.spool import Spool, private_spool
from panther_engine.scan.mapping.loading import MappingError, load_mapping
from panther_engine.scan.store.rollups import costs
from panther_engine.scan.store.schema import open_store, store_file


@dataclass(frozen=True, slots=True)
class Planned:
    """What a scan would do."""

    repository: Repository
    python: str
    plan: Plan
    reading: Reading
    types: Mapping[str, int]
    """Resources of each type."""
    repeated: int
    gone: int
    places: int
    """Evaluations that run at a time."""
    costs: Mapping[str, float]
    """Seconds of one evaluation, by the ID of the policy, as former scans measured them."""

    @property
    def measured(self) -> float:
        """Seconds of one core for all policies whose cost is known."""
        known = ((self.costs.get(one.policy.id, 0.0), one.resources) for one in self.plan.policies)
        return sum(cost * resources for cost, resources in known)

    @property
    def unmeasured(self) -> int:
        """Policies that judge something and whose cost is not known."""
        judging = (one for one in self.plan.policies if one.resources)
        return sum(one.policy.id not in self.costs for one in judging)


@dataclass(frozen=True, slots=True)
class Opened:
    """A checkout that is to judge."""

    repository: Repository
    chosen: tuple[Policy, ...]
    """The policies that were asked for; never none."""
    options: RunOptions
    interpreter: Interpreter


def plan_scan(request: ScanRequest, here: Path, prepare: Prepare) -> Planned:
    """What a scan would do, without doing it. Raises as `scan_inventory` does."""
    opened = open_checkout(request, here, prepare)
    with private_spool() as spool:
        return plan_of(opened, request, read_into(spool, request, opened.repository.root), spool)


def open_checkout(request: ScanRequest, here: Path, prepare: Prepare) -> Opened:
    """Load what a request names. Raises SelectionError, FilterError, InterpreterError."""
    selection = select_paths(request.policies, here)
    options, interpreter = prepare(selection.root)
    repository = load_repository(
        selection.root,
        selection.scopes,
        load_pat_settings(selection.root),
        check_syntax=not reads_newer_syntax(interpreter.path, selection.root),
    )
    filters = parse_filters(request.filters)
    specs = choose(selection, repository).policies
    chosen = tuple(
        repository.policies[spec]
        for spec in specs
        if all(matches(one, facts_of(repository, spec)) for one in filters)
    )
    if not chosen:
        raise SelectionError("no policy is selected: name others, or widen the filter")
    return Opened(repository, chosen, options, interpreter)


def read_into(spool: Spool, request: ScanRequest, root: Path) -> Reading:
    """Read the inventory of a request. Raises SelectionError, OSError."""
    try:
        mappings = [load_mapping(file, str(file)) for file in request.mappings(root)]
        paths = find_kept(store_file(root), request.inventory)
        return read_inventory(paths, spool, mappings)
    except (UnreadableError, MappingError) as error:
        raise SelectionError(str(error)) from error


def plan_of(opened: Opened, request: ScanRequest, reading: Reading, spool: Spool) -> Planned:
    """What there is to do with what was read."""
    types = spool.counts()
    return Planned(
        opened.repository,
        opened.interpreter.path,
        make_plan(opened.chosen, types, disabled=request.disabled),
        reading,
        types,
        spool.repeated,
        spool.gone,
        opened.options.workers or default_places(),
        _costs(opened.repository.root),
    )


def why_nothing(planned: Planned) -> str:
    """Why a plan has no evaluation."""
    if not planned.types:
        reasons = planned.reading.reasons.most_common(1)
        why = f"; for example {planned.reading.places[0].path}: {reasons[0][0]}" if reasons else ""
        return f"there is no resource in the inventory{why}"
    found = ", ".join(list(planned.types)[:5])
    return f"no policy that is enabled judges a type of the inventory: it has {found}"


def _costs(root: Path) -> Mapping[str, float]:
    file = store_file(root)
    if not file.exists():
        return {}
    store = open_store(file)
    try:
        return costs(store)
    finally:
        store.close()
