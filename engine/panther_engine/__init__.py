"""The engine of panther-tui as a library: reads a checkout, runs its tests, watches for changes.

A program begins with `open_checkout`, which gives a `Checkout`:

* `check()` gives `Findings`: what is wrong, without running any code;
* `run()` gives a `RunReport`: each policy with its `PolicyResult`, once;
* `session()` gives a `Session`: events as files change, which `state.reduce` turns into a `State`.

`render_report` and `render_findings` give text, JSON, JUnit and annotations for GitHub. The values
are those of `panther_engine.model`, `events`, `state` and `values`. docs/engine.md has programs.

Only what these four modules and this one name is stable. A name is imported when it is first used,
so that `import panther_engine` costs next to nothing.
"""

__version__ = "0.1.0"

TYPE_CHECKING = False  # type checkers know the name; importing `typing` would cost 7 ms
if TYPE_CHECKING:
    from panther_engine.authoring.edits.steps import Refusal as Refusal
    from panther_engine.authoring.forms.completions import Completion as Completion
    from panther_engine.authoring.forms.completions import complete as complete
    from panther_engine.authoring.forms.fields import FormField as FormField
    from panther_engine.authoring.forms.fields import FormKind as FormKind
    from panther_engine.authoring.forms.filling import Filling as Filling
    from panther_engine.authoring.forms.filling import begin_copy as begin_copy
    from panther_engine.authoring.forms.filling import begin_metadata as begin_metadata
    from panther_engine.authoring.forms.filling import begin_new as begin_new
    from panther_engine.authoring.forms.filling import begin_rename as begin_rename
    from panther_engine.authoring.forms.filling import fill as fill
    from panther_engine.authoring.forms.filling import metadata_of as metadata_of
    from panther_engine.authoring.forms.filling import policy_of as policy_of
    from panther_engine.authoring.packing.archive import archive_bytes as archive_bytes
    from panther_engine.authoring.packing.archive import write_archive as write_archive
    from panther_engine.authoring.packing.pack import Pack as Pack
    from panther_engine.authoring.packing.pack import collect_pack as collect_pack
    from panther_engine.authoring.packing.pack import find_pack_root as find_pack_root
    from panther_engine.authoring.packing.refusals import find_refusals as find_refusals
    from panther_engine.authoring.packing.render import render_pack as render_pack
    from panther_engine.authoring.resources.mocks import lacks_name as lacks_name
    from panther_engine.authoring.resources.mocks import mockable_names as mockable_names
    from panther_engine.authoring.resources.mocks import read_return as read_return
    from panther_engine.authoring.resources.mocks import write_return as write_return
    from panther_engine.authoring.resources.naming import name_test as name_test
    from panther_engine.authoring.resources.naming import unlike as unlike
    from panther_engine.authoring.resources.offered import Pastable as Pastable
    from panther_engine.authoring.resources.offered import look_at as look_at
    from panther_engine.authoring.resources.offered import look_at_pasted as look_at_pasted
    from panther_engine.authoring.resources.offered import name_pasted as name_pasted
    from panther_engine.authoring.resources.offered import redact_but as redact_but
    from panther_engine.authoring.resources.redact import Offer as Offer
    from panther_engine.authoring.resources.render import UnknownTypeError as UnknownTypeError
    from panther_engine.authoring.resources.render import render_types as render_types
    from panther_engine.authoring.resources.types import ResourceType as ResourceType
    from panther_engine.authoring.resources.types import holds_of as holds_of
    from panther_engine.authoring.resources.types import resource_type as resource_type
    from panther_engine.authoring.resources.types import resource_types as resource_types
    from panther_engine.authoring.resources.types import said_of as said_of
    from panther_engine.headless.authoring.fix import Fixes as Fixes
    from panther_engine.headless.authoring.fix import fix_paths as fix_paths
    from panther_engine.headless.authoring.new import NewPolicyError as NewPolicyError
    from panther_engine.headless.authoring.new import new_policy as new_policy
    from panther_engine.headless.check import Findings as Findings
    from panther_engine.headless.check import NothingToCheckError as NothingToCheckError
    from panther_engine.headless.check import check_paths as check_paths
    from panther_engine.headless.checkout import Checkout as Checkout
    from panther_engine.headless.checkout import open_checkout as open_checkout
    from panther_engine.headless.chosen_run import ChosenRun as ChosenRun
    from panther_engine.headless.insight.coverage import CoverageFormat as CoverageFormat
    from panther_engine.headless.insight.coverage import cover_tests as cover_tests
    from panther_engine.headless.insight.render import InsightFormat as InsightFormat
    from panther_engine.headless.insight.render import ProbeFormat as ProbeFormat
    from panther_engine.headless.insight.render import render_explained as render_explained
    from panther_engine.headless.insight.render import render_mutated as render_mutated
    from panther_engine.headless.insight.render import render_probed as render_probed
    from panther_engine.headless.insight.workplace import Workplace as Workplace
    from panther_engine.headless.insight.workplace import debug_chosen as debug_chosen
    from panther_engine.headless.insight.workplace import open_workplace as open_workplace
    from panther_engine.headless.render import CheckFormat as CheckFormat
    from panther_engine.headless.render import ReportFormat as ReportFormat
    from panther_engine.headless.render import render_findings as render_findings
    from panther_engine.headless.render import render_report as render_report
    from panther_engine.headless.request import Asked as Asked
    from panther_engine.headless.request import RunRequest as RunRequest
    from panther_engine.headless.request import find_python as find_python
    from panther_engine.headless.request import select_paths as select_paths
    from panther_engine.headless.scan.exporting import check_exports as check_exports
    from panther_engine.headless.scan.exporting import export_kept as export_kept
    from panther_engine.headless.scan.exporting import export_scan as export_scan
    from panther_engine.headless.scan.former import compare_scans as compare_scans
    from panther_engine.headless.scan.former import forget_scans as forget_scans
    from panther_engine.headless.scan.former import list_scans as list_scans
    from panther_engine.headless.scan.planning import plan_scan as plan_scan
    from panther_engine.headless.scan.progress import ScanProgress as ScanProgress
    from panther_engine.headless.scan.render import ScanFormat as ScanFormat
    from panther_engine.headless.scan.render import at_least as at_least
    from panther_engine.headless.scan.render import found_severities as found_severities
    from panther_engine.headless.scan.render import render_plan as render_plan
    from panther_engine.headless.scan.render import render_scan as render_scan
    from panther_engine.headless.scan.reports import find_coverage as find_coverage
    from panther_engine.headless.scan.reports import render_coverage as render_coverage
    from panther_engine.headless.scan.request import ScanRequest as ScanRequest
    from panther_engine.headless.scan.resuming import ScanInterruptedError as ScanInterruptedError
    from panther_engine.headless.scan.rolled_up import roll_up as roll_up
    from panther_engine.headless.scan.scanning import Scanned as Scanned
    from panther_engine.headless.scan.scanning import scan_inventory as scan_inventory
    from panther_engine.headless.watched_run import watch_tests as watch_tests
    from panther_engine.reading.repository.pat_settings import FilterError as FilterError
    from panther_engine.reading.repository.pat_settings import PatSettings as PatSettings
    from panther_engine.reading.repository.pat_settings import (
        load_pat_settings as load_pat_settings,
    )
    from panther_engine.reading.repository.walk.discover import find_root as find_root
    from panther_engine.reading.selection.filters import parse_filters as parse_filters
    from panther_engine.reading.selection.notes import Note as Note
    from panther_engine.reading.selection.targets import NothingFoundError as NothingFoundError
    from panther_engine.reading.selection.targets import Place as Place
    from panther_engine.reading.selection.targets import SelectionError as SelectionError
    from panther_engine.reading.selection.targets import locate as locate
    from panther_engine.reading.spec.catalogue import fields_of as fields_of
    from panther_engine.reading.storage.files import write_bytes as write_bytes
    from panther_engine.reading.storage.gc_pause import collect_from_now_on as collect_from_now_on
    from panther_engine.reading.storage.gc_pause import stop_collecting as stop_collecting
    from panther_engine.reading.storage.kept import load_json as load_json
    from panther_engine.reading.storage.kept import save_json as save_json
    from panther_engine.reading.storage.read_regular import NotRegularError as NotRegularError
    from panther_engine.reading.storage.read_regular import TooLargeError as TooLargeError
    from panther_engine.reading.storage.read_regular import read_regular as read_regular
    from panther_engine.reading.storage.user_folders import user_folder as user_folder
    from panther_engine.report.text.paint import WARN_MARK as WARN_MARK
    from panther_engine.report.text.paint import Paint as Paint
    from panther_engine.report.text.paint import plain_marks as plain_marks
    from panther_engine.report.text.progress import Progress as Progress
    from panther_engine.report.text.progress import wants_progress as wants_progress
    from panther_engine.running.interpreter.choose import Interpreter as Interpreter
    from panther_engine.running.interpreter.choose import InterpreterError as InterpreterError
    from panther_engine.running.jobs.report import RunOptions as RunOptions
    from panther_engine.running.jobs.report import RunReport as RunReport
    from panther_engine.running.jobs.warm_up import WarmWorkers as WarmWorkers
    from panther_engine.running.jobs.warm_up import warm_up as warm_up
    from panther_engine.running.processes.confinement import describe_sandbox as describe_sandbox
    from panther_engine.running.processes.job import Limits as Limits
    from panther_engine.running.processes.job import Sandbox as Sandbox
    from panther_engine.scan.cluster.driver import Cluster as Cluster
    from panther_engine.scan.cluster.exchange import ExchangeError as ExchangeError
    from panther_engine.scan.export.write import UnknownExportError as UnknownExportError
    from panther_engine.scan.frameworks.coverage import Cover as Cover
    from panther_engine.scan.frameworks.coverage import Covering as Covering
    from panther_engine.scan.frameworks.coverage import Framework as Framework
    from panther_engine.scan.frameworks.coverage import Section as Section
    from panther_engine.scan.frameworks.coverage import SectionList as SectionList
    from panther_engine.scan.frameworks.coverage import frameworks as frameworks
    from panther_engine.scan.frameworks.lists import load_lists as load_lists
    from panther_engine.scan.inventory.kept import is_kept_name as is_kept_name
    from panther_engine.scan.inventory.kept import kept_names as kept_names
    from panther_engine.scan.store.rollups import Count as Count
    from panther_engine.scan.store.schema import StoreError as StoreError
    from panther_engine.session.options import SessionOptions as SessionOptions
    from panther_engine.session.process.remote import EngineProcess as EngineProcess
    from panther_engine.session.session import Session as Session
    from panther_engine.text.clean import clean_line as clean_line
    from panther_engine.text.clean import clean_text as clean_text
    from panther_engine.text.clean import drop_styles as drop_styles
    from panther_engine.text.clean import spell_out as spell_out
    from panther_engine.text.suggest import did_you_mean as did_you_mean
    from panther_engine.text.suggest import nearest_name as nearest_name
    from panther_engine.text.suggest import nearest_names as nearest_names
    from panther_engine.values.forms import NewPolicy as NewPolicy

_HOMES: dict[str, tuple[str, ...]] = {
    "authoring.edits.steps": ("Refusal",),
    "authoring.resources.mocks": (
        "lacks_name",
        "mockable_names",
        "read_return",
        "write_return",
    ),
    "authoring.resources.naming": ("name_test", "unlike"),
    "authoring.resources.offered": (
        "Pastable",
        "look_at",
        "look_at_pasted",
        "name_pasted",
        "redact_but",
    ),
    "authoring.resources.redact": ("Offer",),
    "values.forms": ("NewPolicy",),
    "authoring.forms.completions": ("Completion", "complete"),
    "authoring.forms.fields": ("FormField", "FormKind"),
    "authoring.forms.filling": (
        "Filling",
        "begin_copy",
        "begin_metadata",
        "begin_new",
        "begin_rename",
        "fill",
        "metadata_of",
        "policy_of",
    ),
    "authoring.packing.archive": ("archive_bytes", "write_archive"),
    "authoring.packing.pack": ("Pack", "collect_pack", "find_pack_root"),
    "authoring.packing.refusals": ("find_refusals",),
    "authoring.packing.render": ("render_pack",),
    "authoring.resources.types": (
        "ResourceType",
        "holds_of",
        "resource_type",
        "resource_types",
        "said_of",
    ),
    "authoring.resources.render": (
        "UnknownTypeError",
        "render_types",
    ),
    "headless.checkout": (
        "Checkout",
        "open_checkout",
    ),
    "headless.check": (
        "Findings",
        "NothingToCheckError",
        "check_paths",
    ),
    "headless.chosen_run": ("ChosenRun",),
    "headless.authoring.fix": (
        "Fixes",
        "fix_paths",
    ),
    "headless.insight.coverage": (
        "CoverageFormat",
        "cover_tests",
    ),
    "headless.insight.render": (
        "InsightFormat",
        "ProbeFormat",
        "render_explained",
        "render_mutated",
        "render_probed",
    ),
    "headless.insight.workplace": (
        "Workplace",
        "debug_chosen",
        "open_workplace",
    ),
    "headless.authoring.new": (
        "NewPolicyError",
        "new_policy",
    ),
    "headless.render": (
        "CheckFormat",
        "ReportFormat",
        "render_findings",
        "render_report",
    ),
    "headless.request": (
        "Asked",
        "RunRequest",
        "find_python",
        "select_paths",
    ),
    "headless.scan.exporting": ("check_exports", "export_kept", "export_scan"),
    "headless.scan.resuming": ("ScanInterruptedError",),
    "headless.scan.former": ("compare_scans", "forget_scans", "list_scans"),
    "headless.scan.render": (
        "ScanFormat",
        "at_least",
        "found_severities",
        "render_plan",
        "render_scan",
    ),
    "headless.scan.reports": ("find_coverage", "render_coverage"),
    "headless.scan.progress": ("ScanProgress",),
    "headless.scan.planning": ("plan_scan",),
    "headless.scan.request": ("ScanRequest",),
    "headless.scan.rolled_up": ("roll_up",),
    "headless.scan.scanning": ("Scanned", "scan_inventory"),
    "headless.watched_run": ("watch_tests",),
    "reading.repository.walk.discover": ("find_root",),
    "reading.repository.pat_settings": (
        "FilterError",
        "PatSettings",
        "load_pat_settings",
    ),
    "reading.selection.filters": ("parse_filters",),
    "reading.spec.catalogue": ("fields_of",),
    "reading.selection.notes": ("Note",),
    "reading.selection.targets": (
        "NothingFoundError",
        "Place",
        "SelectionError",
        "locate",
    ),
    "report.text.paint": (
        "WARN_MARK",
        "Paint",
        "plain_marks",
    ),
    "report.text.progress": (
        "Progress",
        "wants_progress",
    ),
    "running.interpreter.choose": (
        "Interpreter",
        "InterpreterError",
    ),
    "running.jobs.report": (
        "RunOptions",
        "RunReport",
    ),
    "running.jobs.warm_up": (
        "WarmWorkers",
        "warm_up",
    ),
    "running.processes.confinement": ("describe_sandbox",),
    "running.processes.job": ("Limits", "Sandbox"),
    "scan.export.write": ("UnknownExportError",),
    "scan.cluster.driver": ("Cluster",),
    "scan.cluster.exchange": ("ExchangeError",),
    "scan.frameworks.coverage": (
        "Cover",
        "Covering",
        "Framework",
        "Section",
        "SectionList",
        "frameworks",
    ),
    "scan.frameworks.lists": ("load_lists",),
    "scan.inventory.kept": ("is_kept_name", "kept_names"),
    "scan.store.rollups": ("Count",),
    "scan.store.schema": ("StoreError",),
    "session.options": ("SessionOptions",),
    "session.process.remote": ("EngineProcess",),
    "session.session": ("Session",),
    "reading.storage.gc_pause": (
        "collect_from_now_on",
        "stop_collecting",
    ),
    "reading.storage.files": ("write_bytes",),
    "reading.storage.kept": ("load_json", "save_json"),
    "reading.storage.read_regular": (
        "NotRegularError",
        "TooLargeError",
        "read_regular",
    ),
    "reading.storage.user_folders": ("user_folder",),
    "text.clean": ("clean_line", "clean_text", "drop_styles", "spell_out"),
    "text.suggest": ("did_you_mean", "nearest_name", "nearest_names"),
}
"""Modules with the names of theirs that are public."""

_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["__version__", *_HOME_OF]


def __getattr__(name: str) -> object:
    """Import what is asked for (PEP 562)."""
    if (home := _HOME_OF.get(name)) is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME_OF})
