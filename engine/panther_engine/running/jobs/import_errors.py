"""Turns a body that cannot be imported into a diagnostic that says what to do."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection

from panther_engine.model import Diagnostic, Failure, Level
from panther_engine.reading.repository.facts.known_names import tell_known, tell_relative
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.worker.hints.beside import REASON
from panther_engine.text.one_line import one_line
from panther_engine.text.suggest import nearest_name

PACKAGES = {
    "boto3": "boto3",
    "botocore": "boto3",
    "dateutil": "python-dateutil",
    "jsonpath_ng": "jsonpath-ng",
    "jsonschema": "jsonschema",
    "netaddr": "netaddr",
    "panther_core": "panther-core",
    "panther_detection_helpers": "panther-detection-helpers",
    "policyuniverse": "policyuniverse",
    "pytz": "pytz",
    "requests": "requests",
    "yaml": "PyYAML",
}
"""Modules that detections import, and the package that brings each."""

_GONE = {
    "aws_globals": "Panther's repository dropped it in 2020",
    "panther": "Panther's repository dropped it; its functions are in `panther_base_helpers` now",
    "panther_default": "Panther's repository dropped it in 2025; see `panther_base_helpers`",
    "panther_oss_helpers": (
        "Panther's repository dropped it; see `panther_base_helpers`, `panther_aws_helpers` "
        "and the package panther-detection-helpers"
    ),
}

_NO_MODULE = re.compile(r"No module named '?([\w.]+)'?")
_NO_NAME = re.compile(
    r"cannot import name '?(\w+)'? from (?:partially initialized module )?'?([\w.]+)'?"
)
_SUGGESTED = re.compile(r"[Dd]id you mean:? '(\w+)'")
_NO_POLICY = re.compile(r"\b(?:function|method) named '?policy\b")
_STOPPED = {
    "Timeout": "was stopped: importing it took too long",
    "Exited": "ended the process while it was imported",
    "Killed": "was killed while it was imported",
    "OutOfMemory": "used up its memory while it was imported",
    "NetworkBlocked": "tried to use the network while it was imported",
}


def explain_import(
    failure: Failure, body: str, spec: str, python: str, repository: Repository
) -> Diagnostic:
    """Why a policy's body cannot be imported, and what to do about it.

    `body` and `spec` are the policy's paths, `python` the interpreter that tried, `repository` the
    checkout, whose own names are never looked for among packages. The place is that of the user's
    own code that failed, which may be in a global.
    """
    path, line = (failure.path, failure.line) if failure.path else (body or spec, 1)
    where = "" if path == body else f" (imported by {body})" if body else ""
    code, message, hint = _explain(failure, body, python, repository)
    return Diagnostic(
        path, max(line, 1), 0, Level.ERROR, code, one_line(message + where), one_line(hint)
    )


def _explain(
    failure: Failure, body: str, python: str, repository: Repository
) -> tuple[str, str, str]:
    if failure.type in ("ModuleNotFoundError", "ImportError") and failure.frames:
        relative = tell_relative(repository, failure.frames[-1].source)
        if relative is not None:
            return ("relative-import", *relative)
    if failure.type == "ModuleNotFoundError":
        found = _NO_MODULE.search(failure.message)
        if found:
            return _explain_missing(found.group(1), python, repository)
    if failure.type == "ImportError":
        found = _NO_NAME.search(failure.message)
        if found:
            return _explain_missing_name(
                found.group(1), found.group(2), failure, repository.globals.keys()
            )
    if failure.type in ("SyntaxError", "IndentationError", "TabError"):
        return "syntax-error", f"Python cannot read this: {failure.message}", ""
    if failure.type == "AssertionError" and _NO_POLICY.search(failure.message):
        return (
            "no-policy",
            "the body defines no `policy` when it is imported",
            "add `def policy(resource):` at the top level of the body",
        )
    if failure.type in ("SystemExit", "KeyboardInterrupt"):
        return (
            "exits-on-import",
            f"the body ends the program while it is imported ({_said(failure)})",
            "move the call into `policy`, or remove it; PAT itself would end here",
        )
    if failure.type in _STOPPED:
        said = f": {failure.message}" if failure.message else ""
        return (
            "stopped-on-import",
            f"the body {_STOPPED[failure.type]}{said}",
            "do the work inside `policy`, where a Mock can replace it",
        )
    if failure.type in ("NoWorker", "NotStarted"):
        return (
            "no-worker",
            f"no process could run the policy: {failure.message}",
            f"see whether {python} starts, or choose another interpreter (the setting `python`)",
        )
    if failure.type == "FileNotFoundError" and body and body in failure.message:
        return "missing-body", f"there is no file {body}", "create it, or correct `Filename`"
    return "import-failed", f"the import failed: {_said(failure)}", _hint(failure)


def _explain_missing(module: str, python: str, repository: Repository) -> tuple[str, str, str]:
    top = module.split(".")[0]
    message = f"there is no module `{module}` for {python}"
    if top in repository.globals and top != module:
        return (
            "missing-module",
            f"`{module}` is not in the global `{top}`: a global is one module, not a package",
            f"write `import {top}`",
        )
    known = tell_known(repository, top)
    if known is not None:
        said, todo = known
        return "missing-module", f"there is no module `{module}`: {said}", todo
    if top in PACKAGES:
        package = PACKAGES[top]
        hint = (
            f"install it: {python} -m pip install {package}; or name the Python that your "
            "repository uses, with `--python` or the setting `python`"
        )
        return "missing-module", message, hint
    if top in sys.stdlib_module_names:
        hint = "correct the import: it names a part of Python itself that this version lacks"
        return "missing-module", message, hint
    if top in _GONE:
        return "missing-module", message, _GONE[top]
    near = nearest_name(top, repository.globals)
    if top.startswith("panther_"):
        meant = f"did you mean the global `{near}`? " if near else ""
        return "missing-module", message, f"{meant}If panther-analysis has {top}, add it here too"
    if near:
        return "missing-module", message, f"did you mean the global `{near}`?"
    hint = (
        f"no spec has `GlobalID: {top}`, and no file of the repository is called {top}.py: "
        f"correct the import, or have the package that it is of installed for {python}"
    )
    return "missing-module", message, hint


def _explain_missing_name(
    name: str, module: str, failure: Failure, global_ids: Collection[str]
) -> tuple[str, str, str]:
    owner = f"the global `{module}`" if module in global_ids else f"`{module}`"
    suggested = _SUGGESTED.search(failure.message)
    hint = f"did you mean `{suggested.group(1)}`?" if suggested else ""
    if "partially initialized" in failure.message:
        hint = "two modules import each other: move one of the imports into a function"
    elif not hint and module not in global_ids and module in PACKAGES:
        hint = f"the installed {PACKAGES[module]} may be of another version"
    elif not hint:
        hint = f"define it in {owner}, or correct the import"
    return "missing-name", f"{owner} has no `{name}`", hint


def _said(failure: Failure) -> str:
    return f"{failure.type}: {failure.message}" if failure.message else failure.type


def _hint(failure: Failure) -> str:
    if REASON in failure.message:
        return "put what it reads into the global itself, as Python values"
    if failure.type == "RecursionError" and "compilation" in failure.message:
        return "split the longest expression: it nests too deep for Python"
    if failure.type == "MemoryError" and not failure.message:
        return "it nests too deep for Python's parser, or takes more memory than `--memory` allows"
    if failure.type == "NameError":
        suggested = _SUGGESTED.search(failure.message)
        return f"did you mean `{suggested.group(1)}`?" if suggested else "define or import it first"
    if failure.type == "AttributeError" and failure.message.endswith("no attribute '__dict__'"):
        # PAT does not register the module, and dataclasses look text annotations up in it
        return "remove `from __future__ import annotations`: Panther cannot import dataclasses so"
    if failure.type in ("NoRegionError", "NoCredentialsError", "ClientError"):
        return "the body calls AWS while it is imported: do it inside `policy`, and add a Mock"
    return ""
