from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panther_engine.reading.repository.dependencies import (
    globals_used,
    imports_of,
    modules_used,
    users_of,
)
from panther_engine.reading.repository.load import Change, load_repository, rescan
from panther_engine.reading.repository.pat_settings import PatSettings
from panther_engine.reading.source.fingerprint import code_fingerprint, value_fingerprint
from panther_engine.reading.source.imports import read_imports
from tests.engine.reading.repository.checkout import GOOD_BODY, Checkout


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "checkout")


def uses(*names: str) -> str:
    return "".join(f"import {name}\n" for name in names) + GOOD_BODY


def after(checkout: Checkout, path: str, text: str) -> Change:
    repository = load_repository(checkout.root)
    checkout.write(path, text)
    change = rescan(repository, [path])
    assert change is not None
    return change


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import json", {"json"}),
        ("import a.b as c, d", {"a.b", "d"}),
        ("from a.b import c", {"a.b"}),
        ("from . import a\nfrom .b import c", set()),
        ("def f():\n    if 1:\n        import a", {"a"}),
        (
            "try:\n    import a\nexcept ImportError:\n    import b\nfinally:\n    import c",
            set("abc"),
        ),
        ("class A:\n    def f(self):\n        from a import b", {"a"}),
        ("match 1:\n    case 1:\n        import a", {"a"}),
        ("with x:\n    async def f():\n        import a", {"a"}),
        ("import importlib\nimportlib.import_module('a.b')", {"importlib", "a.b"}),
        ("__import__('a')", {"a"}),
        ("s = 'import a'  # import b", set()),
        ("", set()),
    ],
)
def test_imports_are_found_wherever_they_stand(source: str, names: set[str]) -> None:
    assert imports_of(source.encode()) == names


def test_broken_source_is_searched_line_by_line() -> None:
    source = b"import a, b.c as d  # yes\nfrom e.f import g\ndef broken(:\n    import h\n\xff"
    assert imports_of(source) == {"a", "b.c", "e.f", "h"}


@pytest.mark.parametrize(
    ("source", "unknown"),
    [
        ("import importlib\nimportlib.import_module('a')", False),
        ("import importlib\nimportlib.import_module(name)", True),
        ("load = __import__\nload('a')", True),
        ("exec(open('a.py').read())", True),
        ("evaluate('x')", False),
        ("# exec(x)", False),
    ],
)
def test_imports_that_only_a_run_can_tell_are_known_as_such(source: str, unknown: bool) -> None:
    assert read_imports(source.encode()).unknown is unknown


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_source_is_too_broken_for_its_imports_and_fingerprint(source: bytes) -> None:
    assert isinstance(imports_of(source), frozenset)
    assert code_fingerprint(source) == code_fingerprint(source)


CODE = '''
"""Doc."""
from dataclasses import dataclass

@dataclass
class A:
    """Class doc."""
    x: int = 1

    def f(self, y=(1, 2.0)):
        return {k for k in y} | frozenset({"a", "b"}) if self.x in {1, 2} else None


def policy(resource):
    try:
        return not resource.get("a") == 1
    except KeyError:
        return [i for i in range(3) if (lambda: i)]
'''


@pytest.mark.parametrize(
    "same",
    [
        "# comment\n" + CODE,
        CODE.replace("\n\n", "\n\n\n\n"),
        CODE.replace("    x: int = 1", "    x: int   =   1  # one"),
        CODE.replace("(1, 2.0)", "(\n        1,\n        2.0,\n    )"),
        CODE.replace('"a"', "'a'"),
        CODE.replace("\n", "\r\n"),
    ],
    ids=["comment", "blank lines", "spaces", "wrapping", "quotes", "line ends"],
)
def test_comments_and_formatting_leave_the_meaning_alone(same: str) -> None:
    assert code_fingerprint(same.encode()) == code_fingerprint(CODE.encode())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("== 1", "== True"),
        ("== 1", "== 1.0"),
        ("2.0", "2"),
        ("(1, 2.0)", "(1, -0.0)"),
        ("Doc.", "Other."),
        ("self.x", "self.z"),
        ("KeyError", "ValueError"),
        ("not resource", "resource"),
        ("range(3)", "range(4)"),
        ('"b"', '"c"'),
        ("x: int", "x: str"),
    ],
)
def test_every_change_of_meaning_counts(old: str, new: str) -> None:
    assert code_fingerprint(CODE.replace(old, new).encode()) != code_fingerprint(CODE.encode())


def test_broken_code_changes_with_every_byte() -> None:
    assert code_fingerprint(b"def (") != code_fingerprint(b"def (  ")


def test_values_differ_by_type_and_order() -> None:
    values = [1, 1.0, True, "1", [1], {"a": 1, "b": 2}, {"b": 2, "a": 1}, None, "None"]
    assert len({value_fingerprint(value) for value in values}) == len(values)


def test_globals_are_followed_through_globals_even_in_circles(checkout: Checkout) -> None:
    checkout.helper("one", "import two\nimport json\n")
    checkout.helper("two", "import three\nimport one\n")
    checkout.helper("three", "import boto3.session\n")
    checkout.helper("four")
    spec = checkout.policy("a", body=uses("one", "re"))
    repository = load_repository(checkout.root)
    assert globals_used(repository, spec) == ("one", "two", "three")
    assert modules_used(repository, spec) >= {"one", "re", "json", "boto3.session"}
    assert globals_used(repository, "global_helpers/two.yml") == ("one", "three", "two")
    assert globals_used(repository, "policies/none.yml") == ()


def test_users_of_a_file_are_the_policies_it_is_a_part_of(checkout: Checkout) -> None:
    helper = checkout.helper("one")
    checkout.helper("two", "import one\n")
    near, far = checkout.policy("a", body=uses("one")), checkout.policy("b", body=uses("two"))
    other = checkout.policy("c")
    repository = load_repository(checkout.root)
    assert users_of(repository, helper) == (near, far)
    assert users_of(repository, "global_helpers/one.yml") == (near, far)
    assert users_of(repository, "policies/c.py") == (other,)
    assert users_of(repository, "README.md") == ()


def test_a_changed_global_affects_who_imports_it_and_says_why(checkout: Checkout) -> None:
    helper = checkout.helper("one")
    checkout.helper("two", "import one\n")
    near, far = checkout.policy("a", body=uses("one")), checkout.policy("b", body=uses("two"))
    checkout.policy("c")
    change = after(checkout, helper, "def help():\n    return False\n")
    reason = "because global_helpers/one.py changed"
    assert change.affected == {near: reason, far: reason}
    assert change.updated == ()


def test_a_comment_in_a_global_runs_nothing_and_tells_whose_lines_moved(
    checkout: Checkout,
) -> None:
    helper = checkout.helper("one")
    spec = checkout.policy("a", body=uses("one"))
    checkout.policy("c")
    change = after(checkout, helper, "# why\n" + checkout.read(helper))
    assert (change.affected, change.updated, change.shifted) == ({}, (), (spec,))


def test_the_words_of_a_globals_spec_run_nothing(checkout: Checkout) -> None:
    checkout.helper("one")
    checkout.policy("a", body=uses("one"))
    path = "global_helpers/one.yml"
    change = after(checkout, path, checkout.read(path) + "Description: words\n")
    assert (change.affected, change.updated) == ({}, ())


def test_a_global_that_appears_affects_who_asks_for_it(checkout: Checkout) -> None:
    spec = checkout.policy("a", body=uses("one"))
    checkout.policy("b")
    repository = load_repository(checkout.root)
    checkout.helper("one")
    change = rescan(repository, None)
    assert change is not None
    assert change.affected == {spec: "because global_helpers/one.py now provides one"}
    checkout.remove("global_helpers/one.yml")
    change = rescan(change.repository, None)
    assert change is not None
    assert change.affected == {spec: "because global_helpers/one.py no longer provides one"}


def test_a_renamed_global_affects_users_of_both_names(checkout: Checkout) -> None:
    checkout.helper("one")
    before, now = checkout.policy("a", body=uses("one")), checkout.policy("b", body=uses("two"))
    path = "global_helpers/one.yml"
    change = after(checkout, path, checkout.read(path).replace("ID: one", "ID: two"))
    assert set(change.affected) == {before, now}


def test_a_renamed_policy_runs_again(checkout: Checkout) -> None:
    spec = checkout.policy("a")
    change = after(checkout, spec, checkout.read(spec).replace("Test.a", "Test.b"))
    assert change.affected == {spec: "its spec changed"}


def test_who_imports_by_a_name_made_at_run_time_is_affected_by_every_global(
    checkout: Checkout,
) -> None:
    helper = checkout.helper("one")
    body = "import importlib\none = importlib.import_module('o' + 'ne')\n" + GOOD_BODY
    spec = checkout.policy("a", body=body)
    assert list(after(checkout, helper, "X = 1\n").affected) == [spec]


def test_what_a_run_imported_is_added_to_what_the_source_says(checkout: Checkout) -> None:
    helper = checkout.helper("one")
    spec = checkout.policy("a")
    repository = load_repository(checkout.root)
    checkout.write(helper, "X = 1\n")
    change = rescan(repository, [helper], {spec: frozenset({helper})})
    assert change is not None
    assert change.affected == {spec: "because global_helpers/one.py changed"}


def test_a_policy_that_stops_importing_a_changed_global_still_runs_once(
    checkout: Checkout,
) -> None:
    helper = checkout.helper("one")
    spec = checkout.policy("a", body=uses("one"))
    repository = load_repository(checkout.root)
    checkout.write(helper, "X = 1\n")
    checkout.write("policies/a.py", GOOD_BODY)
    change = rescan(repository, None)
    assert change is not None
    assert change.affected == {spec: "its body changed"}


def test_what_could_be_imported_before_counts_when_the_helper_that_did_so_changes_too(
    checkout: Checkout,
) -> None:
    first = checkout.helper("alpha")
    loader = checkout.helper(
        "loader", "import importlib\nX = importlib.import_module('al' + 'pha')\n"
    )
    spec = checkout.policy("a", body=uses("loader"))
    repository = load_repository(checkout.root)
    checkout.write(first, "X = 1\n")
    checkout.write(loader, "X = 2\n")
    change = rescan(repository, None)
    assert change is not None
    assert change.affected == {spec: "because global_helpers/alpha.py changed"}


def test_what_comes_to_have_the_name_of_an_import_runs_its_importers_again(tmp_path: Path) -> None:
    """Why nothing is found is told by what else has the name; so that is told anew."""
    checkout = Checkout(tmp_path)
    spec = checkout.policy("asks", body="import words\n" + GOOD_BODY)
    checkout.policy("good")
    repository = load_repository(tmp_path, (".",), PatSettings())

    def affected(paths: list[str]) -> set[str]:
        nonlocal repository
        change = rescan(repository, paths)
        if change is None:
            return set()
        repository = change.repository
        return set(change.affected)

    checkout.write("global_helpers/words.py", "")
    assert affected(["global_helpers/words.py"]) == {spec}
    checkout.write("global_helpers/words.py", "A = 1\n")
    assert affected(["global_helpers/words.py"]) == set()
    checkout.remove("global_helpers/words.py")
    assert affected(["global_helpers/words.py"]) == {spec}
    checkout.policy("words")
    assert affected(["policies/words.yml"]) == {spec, "policies/words.yml"}
    checkout.write("policies/words.txt", "")
    assert affected(["policies/words.txt"]) == set()


def test_a_global_that_loses_its_id_to_another_is_told_anew_too(tmp_path: Path) -> None:
    """Its own spec did not change."""
    checkout = Checkout(tmp_path)
    spec = checkout.policy("asks", body="import words\n" + GOOD_BODY)
    as_two = "AnalysisType: global\nFilename: {}.py\nGlobalID: two\n"
    checkout.write("global_helpers/words.py", "")
    checkout.write("global_helpers/words.yml", as_two.format("words"))
    repository = load_repository(tmp_path, (".",), PatSettings())
    assert repository.globals["two"].body == "global_helpers/words.py"
    checkout.write("global_helpers/a.py", "")
    checkout.write("global_helpers/a.yml", as_two.format("a"))
    change = rescan(repository, None)
    assert change is not None
    assert change.repository.globals["two"].body == "global_helpers/a.py"
    assert change.affected == {spec: "because what is called words changed"}
