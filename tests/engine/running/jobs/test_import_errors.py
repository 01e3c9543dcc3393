"""Why a body cannot be imported, in words that say what to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from panther_engine.model import Diagnostic, Failure, Frame, Global, Level
from panther_engine.reading.check.globals import check_global_names
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.pat_settings import PatSettings
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.import_errors import PACKAGES, explain_import
from tests.engine.reading.repository.checkout import Checkout

Explain = Callable[..., Diagnostic]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    checkout = Checkout(tmp_path_factory.mktemp("checkout"))
    checkout.policy("first")
    checkout.policy("second", folder="policies/aws_things")
    for name in ("panther_base_helpers", "my_helper"):
        checkout.helper(name)
    checkout.helper("net")
    renamed = "AnalysisType: global\nFilename: net.py\nGlobalID: acme_net\n"
    checkout.write("global_helpers/net.yml", renamed)
    lost = "AnalysisType: global\nFilename: nowhere.py\nGlobalID: lost\n"
    checkout.write("global_helpers/lost.yml", lost)
    checkout.write("global_helpers/settings.py", "LIMIT = 5\n")
    checkout.write("lib/words.py", "")
    checkout.write("rules/some_rule.py", "def rule(event):\n    return True\n")
    rule = "AnalysisType: rule\nFilename: some_rule.py\nRuleID: Some.Rule\n"
    checkout.write("rules/some_rule.yml", rule)
    return load_repository(checkout.root, (".",), PatSettings())


@pytest.fixture
def explain(repository: Repository) -> Explain:
    def explain(
        kind: str, message: str, path: str = "p/a.py", line: int = 3, source: str = ""
    ) -> Diagnostic:
        frames = (Frame(path, line, "<module>", source),) if source else ()
        failure = Failure(kind, message, path, line, frames)
        return explain_import(failure, "p/a.py", "p/a.yml", "/usr/bin/python3", repository)

    return explain


@pytest.mark.parametrize(
    ("module", "hint"),
    [
        ("boto3", "/usr/bin/python3 -m pip install boto3; or name the Python"),
        ("dateutil.parser", "pip install python-dateutil"),
        ("policyuniverse", "with `--python` or the setting `python`"),
        ("my_helpr", "did you mean the global `my_helper`?"),
        ("panther_base_helper", "did you mean the global `panther_base_helpers`?"),
        ("panther_oss_helpers", "panther_detection"[:7]),
        ("aws_globals", "2020"),
        ("my_helper.sub", "write `import my_helper`"),
        ("json.nothing", "a part of Python itself"),
        ("some_lib", "no file of the repository is called some_lib.py: correct the import, or"),
        ("panther_new_helpers", "If panther-analysis has panther_new_helpers, add it here too"),
        ("some_lib", "no spec has `GlobalID: some_lib`"),
    ],
)
def test_a_missing_module_is_told_with_the_interpreter_and_a_remedy(
    explain: Explain, module: str, hint: str
) -> None:
    found = explain("ModuleNotFoundError", f"No module named '{module}'")
    assert (found.code, found.severity) == ("missing-module", Level.ERROR)
    assert (found.path, found.line) == ("p/a.py", 3)
    assert module.split(".")[0] in found.message
    assert hint in found.hint


def test_the_interpreter_is_named_in_the_message(explain: Explain) -> None:
    assert "/usr/bin/python3" in explain("ModuleNotFoundError", "No module named 'boto3'").message


@pytest.mark.parametrize(
    ("message", "said", "hint"),
    [
        (
            "cannot import name 'deep_gt' from 'panther_base_helpers' (/x/y.py). "
            "Did you mean: 'deep_get'?",
            "the global `panther_base_helpers` has no `deep_gt`",
            "did you mean `deep_get`?",
        ),
        ("cannot import name 'x' from 'my_helper' (a)", "`x`", "define it in the global"),
        (
            "cannot import name 'x' from partially initialized module 'my_helper' "
            "(most likely due to a circular import) (a.py)",
            "`x`",
            "import each other",
        ),
        ("cannot import name 'Policy' from 'policyuniverse' (a)", "`Policy`", "another version"),
    ],
)
def test_a_missing_name_is_told_with_its_module(
    explain: Explain, message: str, said: str, hint: str
) -> None:
    found = explain("ImportError", message)
    assert found.code == "missing-name"
    assert said in found.message
    assert hint in found.hint


def test_a_fault_of_a_global_is_told_at_its_place_with_who_imports_it(explain: Explain) -> None:
    found = explain("SyntaxError", "invalid syntax", "g/my_helper.py", 7)
    assert (found.code, found.path, found.line) == ("syntax-error", "g/my_helper.py", 7)
    assert "imported by p/a.py" in found.message


@pytest.mark.parametrize(
    ("kind", "message", "code", "said"),
    [
        ("AssertionError", "the body defines no function named 'policy'", "no-policy", "`policy`"),
        ("AssertionError", "policy store must be set", "import-failed", "policy store"),
        ("SystemExit", "7", "exits-on-import", "SystemExit: 7"),
        ("Timeout", "10 s", "stopped-on-import", "too long: 10 s"),
        ("Killed", "", "stopped-on-import", "was killed"),
        ("OutOfMemory", "", "stopped-on-import", "memory"),
        ("NetworkBlocked", "10.0.0.1:443", "stopped-on-import", "10.0.0.1:443"),
        ("FileNotFoundError", "[Errno 2] No such file: '/r/p/a.py'", "missing-body", "p/a.py"),
        ("FileNotFoundError", "[Errno 2] No such file: 'x.txt'", "import-failed", "x.txt"),
        ("KeyError", "'HOME'", "import-failed", "KeyError: 'HOME'"),
        ("ImportError", "DLL load failed", "import-failed", "DLL load failed"),
        ("ValueError", "", "import-failed", "ValueError"),
    ],
)
def test_every_other_end_of_an_import_is_told(
    explain: Explain, kind: str, message: str, code: str, said: str
) -> None:
    found = explain(kind, message)
    assert (found.code, found.severity) == (code, Level.ERROR)
    assert said in found.message


@pytest.mark.parametrize(
    ("kind", "message", "hint"),
    [
        ("NameError", "name 'jsn' is not defined. Did you mean: 'json'?", "did you mean `json`?"),
        ("NameError", "name 'x' is not defined", "define or import it first"),
        ("RecursionError", "maximum recursion depth exceeded during compilation", "too deep"),
        ("MemoryError", "", "--memory"),
        ("NoRegionError", "You must specify a region.", "inside `policy`"),
        ("AttributeError", "'NoneType' object has no attribute '__dict__'", "__future__"),
    ],
)
def test_common_errors_come_with_a_remedy(
    explain: Explain, kind: str, message: str, hint: str
) -> None:
    assert hint in explain(kind, message).hint


def test_a_failure_without_a_place_is_told_at_the_body(explain: Explain) -> None:
    found = explain("Killed", "", path="", line=0)
    assert (found.path, found.line) == ("p/a.py", 1)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("json", "global-shadowed"),
        ("types", "global-shadowed"),
        ("my-helper", "global-not-importable"),
        ("class", "global-not-importable"),
        ("1st", "global-not-importable"),
    ],
)
def test_a_global_that_no_body_gets_is_a_warning(name: str, code: str) -> None:
    found = check_global_names(Global(name, "g.yml", "g.py"))
    assert found is not None
    assert (found.path, found.severity, found.code) == ("g.yml", Level.WARNING, code)
    assert found.hint


@pytest.mark.parametrize("name", ["my_helper", "engine", "worker", "tui", "model", ""])
def test_a_global_of_its_own_name_is_right(name: str) -> None:
    assert check_global_names(Global(name, "g.yml", "g.py")) is None


def test_an_interpreter_that_did_not_start_is_no_fault_of_the_body(explain: Explain) -> None:
    found = explain("NotStarted", "the interpreter did not start within 60 s", path="")
    assert found.code == "no-worker"
    assert "the interpreter did not start within 60 s" in found.message
    assert "/usr/bin/python3 starts" in found.hint
    assert "import" not in found.message


@pytest.mark.parametrize(
    ("module", "said", "hint"),
    [
        (
            "settings",
            "global_helpers/settings.py is no global: no spec names it",
            "add global_helpers/settings.yml with `AnalysisType: global`, `GlobalID: settings`",
        ),
        ("first", "policies/first.py is the body of the policy Test.first", "into a global"),
        ("first.part", "policies/first.py is the body of the policy Test.first", "into a global"),
        ("net", "net.py is the global `acme_net`: it is imported by its GlobalID", "acme_net"),
        ("lost", "the global `lost` has no Python file", "correct `Filename`"),
        ("aws_things", "policies/aws_things is a folder", "by its GlobalID"),
        ("global_helpers", "global_helpers is a folder", "by its GlobalID"),
        ("some_rule", "rules/some_rule.py belongs to a spec of type rule", "only globals"),
        ("words", "lib/words.py lies in a folder that is not read", "put it into global_helpers"),
    ],
)
def test_a_name_that_the_checkout_knows_is_never_looked_for_among_packages(
    explain: Explain, module: str, said: str, hint: str
) -> None:
    found = explain("ModuleNotFoundError", f"No module named '{module}'")
    assert found.code == "missing-module"
    assert found.message.startswith(f"there is no module `{module}`: ")
    assert said in found.message
    assert hint in found.hint
    assert "pip" not in found.hint


@pytest.mark.parametrize(
    "source", ["from . import first", "from ..global_helpers import x", "from .my_helper import x"]
)
@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("ModuleNotFoundError", "No module named 'Relative'"),
        ("ImportError", "attempted relative import with no known parent package"),
    ],
)
def test_a_relative_import_is_told_as_such(
    explain: Explain, kind: str, message: str, source: str
) -> None:
    found = explain(kind, message, source=source)
    assert found.code == "relative-import"
    assert found.message.startswith("a relative import finds nothing")
    assert "by its GlobalID" in found.hint
    assert "pip" not in found.hint


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text("abcz_", min_size=1, max_size=12))
def test_only_packages_that_detections_are_known_to_use_are_recommended(
    explain: Explain, name: str
) -> None:
    found = explain("ModuleNotFoundError", f"No module named '{name}'")
    assert ("pip install" in found.hint) == (name in PACKAGES)
