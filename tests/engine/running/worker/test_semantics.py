"""What a test comes to: the rules of PAT 1.11.1, and where we differ from them on purpose.

Every body stands above the test that judges it; all of them run together, once.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from panther_engine.model import ALERT_FUNCTIONS, Failure, Mock, Outcome, TestResult, Verdict
from panther_engine.running.jobs.pool import JobEnded
from tests.engine.running.running_policies import WORKER_VERSION, Bodies, Case, Ran, run_bodies

body = Bodies()
body_with_destinations = Bodies()
DESTINATIONS = ("Slack", "Jira", *(f"Pager {number}" for number in range(10)))

GLOBALS = {
    "words": "from deeper import DEPTH\ndef say(text):\n    return text.upper()\n",
    "deeper": "DEPTH = 'two'\nSEEN = []\n",
    "broken_words": "def say(text):\n    return text.upper(\n",
    "failing_words": "TABLE = {}\nROW = TABLE['row']\n",
    "raising_words": "def say(text):\n    if text:\n        raise ValueError(text)\n",
    "string": "def capwords(text):\n    return 'ours'\n",
}

ALERT = "def policy(resource):\n    return False\n"
TEXT_FUNCTIONS = ("title", "description", "reference", "runbook", "dedup", "unique")
PASSED, FAILED, ERRORED = Outcome.PASSED, Outcome.FAILED, Outcome.ERRORED


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, JobEnded]:
    alone: Ran = run_bodies(tmp_path_factory.mktemp("checkout"), body, sources=GLOBALS)
    known: Ran = run_bodies(
        tmp_path_factory.mktemp("known"), body_with_destinations, destinations=DESTINATIONS
    )
    return {**alone.ended, **known.ended}


@pytest.fixture
def ended(everything: Mapping[str, JobEnded], request: pytest.FixtureRequest) -> JobEnded:
    return everything[request.function.__name__]


@pytest.fixture
def results(ended: JobEnded) -> list[TestResult]:
    return [result for _, result in ended.results]


@pytest.fixture
def setup(ended: JobEnded) -> Failure:
    assert ended.setup is not None
    assert ended.results == ()
    return ended.setup


def outcomes(results: list[TestResult]) -> list[Outcome]:
    return [result.outcome for result in results]


def outputs(result: TestResult) -> dict[str, object]:
    return {name: found.output for name, found in result.functions.items() if found.error is None}


def errors(result: TestResult) -> dict[str, str]:
    """The class of each function's error."""
    return {
        name: found.error.partition(":")[0]
        for name, found in result.functions.items()
        if found.error is not None
    }


# Verdicts ----------------------------------------------------------------------------------------


@body(
    "def policy(resource):\n    return resource['ok']\n",
    *(Case({"ok": ok}, expected) for ok in (True, False) for expected in (True, False)),
)
def test_a_test_passes_when_the_verdict_is_the_expected_one(results: list[TestResult]) -> None:
    assert outcomes(results) == [PASSED, FAILED, FAILED, PASSED]
    assert [r.verdict for r in results] == [Verdict.PASS] * 2 + [Verdict.FAIL] * 2
    assert [r.functions["policy"].matched for r in results] == [True, False, False, True]
    assert all(result.error is None for result in results)


NO_BOOLS: tuple[object, ...] = (None, 0, 1, "x", "true", [], {}, 1.0)


@body(
    "def policy(resource):\n    return resource['value']\n",
    *(Case({"value": value}, expected) for value in NO_BOOLS for expected in (True, False)),
)
def test_a_verdict_is_a_bool_or_an_error(results: list[TestResult]) -> None:
    assert outcomes(results) == [ERRORED] * 2 * len(NO_BOOLS)
    for result in results:
        assert result.verdict is Verdict.ERROR
        assert errors(result)["policy"] == "FunctionReturnTypeError"
        assert result.functions["policy"].matched is False
    assert results[0].error is not None
    assert results[0].error.message == "policy() returned None, expected a bool (True or False)"
    assert results[0].error.line == 1


@body("class Truth:\n    __bool__ = lambda s: True\ndef policy(resource):\n    return Truth()\n")
def test_what_only_looks_like_a_bool_is_an_error(results: list[TestResult]) -> None:
    assert errors(results[0]) == {"policy": "FunctionReturnTypeError"}


@body("async def policy(resource):\n    return True\n")
def test_a_coroutine_is_an_error(results: list[TestResult]) -> None:
    assert errors(results[0]) == {"policy": "FunctionReturnTypeError"}


@body("policy = lambda resource: resource['ok']\n", {"ok": True})
def test_a_lambda_is_a_policy(results: list[TestResult]) -> None:
    assert outcomes(results) == [PASSED]


@body("class Judge:\n    def __call__(self, resource):\n        return True\npolicy = Judge()\n")
def test_an_object_that_can_be_called_is_a_policy(results: list[TestResult]) -> None:
    assert outcomes(results) == [PASSED]


@body("policy = True\n", {}, {})
def test_a_policy_that_cannot_be_called_fails_each_test(results: list[TestResult]) -> None:
    assert [errors(result) for result in results] == [{"policy": "TypeError"}] * 2


@body("def policy(resource, context):\n    return True\n")
def test_a_policy_that_wants_more_than_a_resource_fails_each_test(
    results: list[TestResult],
) -> None:
    assert errors(results[0]) == {"policy": "TypeError"}


@body("def polcy(resource):\n    return True\n")
def test_a_body_without_policy_is_invalid(setup: Failure) -> None:
    assert setup.type == "AssertionError"
    assert "'policy'" in setup.message


@body("def policy(resource):\n    raise resource['what']\n", {"what": 1})
def test_raising_what_is_no_exception_is_a_type_error(results: list[TestResult]) -> None:
    assert errors(results[0]) == {"policy": "TypeError"}


@body(
    """
    class Deep(BaseException):
        pass
    def policy(resource):
        raise {"exit": SystemExit(3), "stop": KeyboardInterrupt(), "deep": Deep()}[resource["how"]]
    """,
    {"how": "exit"},
    {"how": "stop"},
    {"how": "deep"},
)
def test_whatever_a_policy_raises_is_its_tests_error(results: list[TestResult]) -> None:
    kinds = ["SystemExit", "KeyboardInterrupt", "Deep"]
    assert [errors(result)["policy"] for result in results] == kinds
    assert outcomes(results) == [ERRORED] * 3


# Resources ---------------------------------------------------------------------------------------


@body("def policy(resource):\n    print(type(resource).__name__)\n    return True\n", {"a": 1})
def test_a_policy_gets_a_plain_dict(results: list[TestResult]) -> None:
    assert results[0].output == "dict\n"


@body(
    "def policy(resource):\n    print('called')\n    return True\n",
    [1],
    "text",
    '{"a": 1}',
    None,
    5,
)
def test_a_resource_that_is_no_mapping_cannot_be_judged(results: list[TestResult]) -> None:
    assert outcomes(results) == [ERRORED] * 5
    for result in results:
        assert result.functions == {}
        assert result.output == ""
        assert result.error is not None
        assert result.error.type == "AttributeError"


@body(
    """
    def policy(resource):
        resource["seen"] = resource.get("seen", 0) + 1
        return resource["seen"] == 2
    def title(resource):
        return str(resource["seen"])
    """,
    Case({}, expected=False),
    Case({}, expected=False),
)
def test_alert_functions_see_what_the_policy_did_to_its_resource(
    results: list[TestResult],
) -> None:
    assert [outputs(result)["title"] for result in results] == ["1", "1"]
    assert [result.mutated for result in results] == [True, True]


SHARED: dict[str, object] = {"inner": {"count": 0}}


@body(
    """
    def policy(resource):
        resource["inner"]["count"] += 1
        print(resource["inner"]["count"])
        return True
    """,
    SHARED,
    SHARED,
    {"inner": SHARED["inner"]},
)
def test_tests_that_share_an_alias_share_one_object(results: list[TestResult]) -> None:
    assert [result.output for result in results] == ["1\n", "2\n", "3\n"]


@body("def policy(resource):\n    return list(resource) == ['b', 'a', 1]\n", {"b": 1, "a": 2, 1: 3})
def test_a_resource_keeps_the_order_and_the_types_of_its_keys(results: list[TestResult]) -> None:
    assert outcomes(results) == [PASSED]
    assert results[0].mutated is False


# The module --------------------------------------------------------------------------------------


@body(
    "SEEN = []\ndef policy(r):\n    SEEN.append(1)\n    print(len(SEEN))\n    return True\n",
    {},
    {},
    {},
)
def test_the_tests_of_a_policy_share_its_module(results: list[TestResult]) -> None:
    assert [result.output for result in results] == ["1\n", "2\n", "3\n"]


@body(
    """
    import sys
    def policy(resource):
        print(__name__, __name__ in sys.modules, __file__.endswith(".py"))
        return True
    """
)
def test_the_module_is_called_by_its_policy_id_and_is_not_in_sys_modules(
    results: list[TestResult],
) -> None:
    name = "test_the_module_is_called_by_its_policy_id_and_is_not_in_sys_modules"
    assert results[0].output == f"Test.{name} False True\n"


@body(
    """
    from __future__ import annotations
    from dataclasses import dataclass
    @dataclass
    class Grant:
        name: str
    def policy(resource):
        return True
    """
)
@pytest.mark.skipif(WORKER_VERSION >= (3, 13), reason="Python itself repaired it")
def test_a_dataclass_with_future_annotations_breaks_at_import_as_in_pat(setup: Failure) -> None:
    assert setup.type == "AttributeError"
    assert setup.line == (3 if WORKER_VERSION >= (3, 11) else 4)  # once, of `class` itself


@body("import pickle\nclass Own:\n    pass\ndef policy(r):\n    return bool(pickle.dumps(Own()))\n")
def test_a_class_of_the_module_cannot_be_pickled_as_in_pat(results: list[TestResult]) -> None:
    assert errors(results[0]) == {"policy": "PicklingError"}


@body("print('imported')\ndef policy(resource):\n    return True\n")
def test_what_is_printed_at_import_is_no_tests_output(results: list[TestResult]) -> None:
    assert results[0].output == ""


@body("def policy(resource):\n    return Tru\n")
def test_a_name_that_does_not_exist_is_found_when_the_test_runs(results: list[TestResult]) -> None:
    assert errors(results[0]) == {"policy": "NameError"}


@body("def policy(resource)\n    return True\n")
def test_a_syntax_error_makes_the_policy_invalid_and_has_its_line(setup: Failure) -> None:
    assert (setup.type, setup.line) == ("SyntaxError", 1)
    assert setup.frames[-1].source == "def policy(resource)"


@body("import sys\nsys.exit(7)\n")
def test_unlike_in_pat_leaving_at_import_is_the_policys_own_fault(setup: Failure) -> None:
    assert (setup.type, setup.message, setup.line) == ("SystemExit", "7", 2)


# Globals -----------------------------------------------------------------------------------------


@body(
    """
    import deeper, words
    def policy(resource):
        deeper.SEEN.append(1)
        print(words.say("a"), words.DEPTH, len(deeper.SEEN))
        return True
    """,
    {},
    {},
)
def test_globals_import_globals_and_keep_their_state_for_one_policy(
    ended: JobEnded, results: list[TestResult]
) -> None:
    assert [result.output for result in results] == ["A two 1\n", "A two 2\n"]
    assert ended.loaded == ("global_helpers/deeper.py", "global_helpers/words.py")


@body("import deeper\ndef policy(resource):\n    return deeper.SEEN == []\n")
def test_unlike_in_pat_no_policy_sees_what_another_did_to_a_global(
    results: list[TestResult],
) -> None:
    assert outcomes(results) == [PASSED]


@body("import broken_words\ndef policy(resource):\n    return True\n")
def test_a_syntax_error_in_a_global_is_told_where_it_is(setup: Failure) -> None:
    assert setup.type == "SyntaxError"
    assert (setup.path, setup.line) == ("global_helpers/broken_words.py", 2)
    assert (setup.frames[0].path.rpartition("/")[0], setup.frames[0].line) == ("policies", 1)


@body("import failing_words\ndef policy(resource):\n    return True\n")
def test_a_global_that_raises_at_import_is_told_where_it_is(setup: Failure) -> None:
    assert (setup.type, setup.message) == ("KeyError", "'row'")
    assert (setup.path, setup.line) == ("global_helpers/failing_words.py", 2)
    assert [frame.line for frame in setup.frames] == [1, 2]


@body("import no_such_words\ndef policy(resource):\n    return True\n")
def test_a_module_that_does_not_exist_is_named(setup: Failure) -> None:
    assert setup.type == "ModuleNotFoundError"
    assert setup.message == "No module named 'no_such_words'"
    assert setup.line == 1


@body("import raising_words\ndef policy(resource):\n    return raising_words.say('no')\n")
def test_a_traceback_begins_in_the_body_and_ends_in_the_global(results: list[TestResult]) -> None:
    error = results[0].error
    assert error is not None
    assert [frame.path.partition("/")[0] for frame in error.frames] == [
        "policies",
        "global_helpers",
    ]
    assert [(f.line, f.function) for f in error.frames] == [(3, "policy"), (3, "say")]
    assert error.frames[1].source == "raise ValueError(text)"
    assert (error.path, error.line) == ("global_helpers/raising_words.py", 3)


@body("import json\ndef policy(resource):\n    return json.loads('{')\n")
def test_the_place_of_an_error_is_the_users_last_line_not_a_librarys(
    results: list[TestResult],
) -> None:
    error = results[0].error
    assert error is not None
    assert error.type == "JSONDecodeError"
    assert (error.path.partition("/")[0], error.line) == ("policies", 3)
    assert len(error.frames) > 1


@body("import string\ndef policy(resource):\n    return string.capwords('a b') == 'A B'\n")
def test_the_standard_library_goes_before_a_global_of_its_name(results: list[TestResult]) -> None:
    assert outcomes(results) == [PASSED]


# Alert functions ---------------------------------------------------------------------------------

ALL_NINE = ALERT + "".join(
    f"def {name}(resource):\n    print({name!r})\n    return {value!r}\n"
    for name, value in {
        "unique": "u",
        "alert_context": {"a": 1},
        "dedup": "d",
        "destinations": [],
        "runbook": "r",
        "severity": "low",
        "reference": "e",
        "description": "s",
        "title": "t",
    }.items()
)


@body(ALL_NINE, expected=False)
def test_all_nine_are_called_in_panthers_order(results: list[TestResult]) -> None:
    assert results[0].outcome is PASSED
    assert tuple(results[0].output.split()) == ALERT_FUNCTIONS


@body(ALL_NINE, expected=False)
def test_unlike_in_pat_unique_is_shown_with_the_others(results: list[TestResult]) -> None:
    assert outputs(results[0]) == {
        "policy": False,
        "title": "t",
        "description": "s",
        "reference": "e",
        "severity": "LOW",
        "runbook": "r",
        "destinations": ["SKIP"],
        "dedup": "d",
        "alert_context": {"a": 1},
        "unique": "u",
    }


@body(
    "def policy(resource):\n    return resource['ok']\n"
    "def title(resource):\n    print('called')\n    return resource['title']\n",
    Case({"ok": True, "title": "t"}),
    Case({"ok": True}),
    Case({"ok": None, "title": "t"}),
    Case({"ok": True, "title": "t"}, expected=False),
)
def test_alert_functions_are_called_whatever_the_verdict(results: list[TestResult]) -> None:
    assert [result.output for result in results] == ["called\n"] * 4
    assert outcomes(results) == [PASSED, PASSED, ERRORED, FAILED]


@body("def policy(r):\n    return True\ndef title(r):\n    return r['x']\n")
def test_alert_errors_do_not_matter_where_no_alert_is_expected(results: list[TestResult]) -> None:
    assert outcomes(results) == [PASSED]
    assert list(results[0].functions) == ["policy"]
    assert results[0].error is None


@body(ALERT + "def title(resource):\n    return 'would be sent'\n")
def test_unlike_in_pat_a_wrong_fail_shows_the_alert_that_it_would_send(
    results: list[TestResult],
) -> None:
    assert outcomes(results) == [FAILED]
    assert outputs(results[0])["title"] == "would be sent"


@body(ALERT, expected=False)
def test_without_alert_functions_only_the_default_dedup_is_shown(
    results: list[TestResult],
) -> None:
    name = "test_without_alert_functions_only_the_default_dedup_is_shown"
    assert outputs(results[0]) == {"policy": False, "dedup": f"defaultDedupString:Test.{name}"}


LONG = ALERT + "".join(
    f"def {name}(resource):\n    return 'é' * resource['length']\n" for name in TEXT_FUNCTIONS
)


@body(LONG, {"length": 1000}, {"length": 1001}, expected=False)
def test_texts_above_1000_characters_are_cut_to_985_and_a_note(results: list[TestResult]) -> None:
    assert outcomes(results) == [PASSED, PASSED]
    for name in TEXT_FUNCTIONS:
        whole, cut = (outputs(result)[name] for result in results)
        assert whole == "é" * 1000
        assert cut == "é" * 985 + "... (truncated)"


WRONG = ALERT + "".join(
    f"def {name}(resource):\n    return resource['value']\n"
    for name in (*TEXT_FUNCTIONS, "severity")
)


@body(WRONG, {"value": None}, {"value": 5}, {"value": True}, {"value": ["x"]}, expected=False)
def test_texts_must_be_text_and_none_is_not(results: list[TestResult]) -> None:
    assert outcomes(results) == [FAILED] * 4
    for result in results:
        names = dict.fromkeys((*TEXT_FUNCTIONS, "severity"), "FunctionReturnTypeError")
        assert errors(result) == names
        assert result.error is not None
        assert result.error.message.startswith("title() returned")
        assert result.error.line == 3


@body(
    ALERT + "def title(resource):\n    return resource['title']\n",
    {"title": "t"},
    {"title": ""},
    {"title": None},
    {"title": "x" * 1200},
    expected=False,
)
def test_dedup_falls_back_to_the_title_and_then_to_the_default(results: list[TestResult]) -> None:
    default = "defaultDedupString:Test.test_dedup_falls_back_to_the_title_and_then_to_the_default"
    cut = "x" * 985 + "... (truncated)"
    assert [outputs(result)["dedup"] for result in results] == ["t", default, default, cut]
    assert outputs(results[1])["title"] == ""
    assert outcomes(results) == [PASSED, PASSED, FAILED, PASSED]


@body(
    ALERT + "def title(r):\n    return 't'\ndef dedup(r):\n    return r['dedup']\n",
    {"dedup": ""},
    {"dedup": "d"},
    {},
    expected=False,
)
def test_an_empty_dedup_is_the_default_and_a_failing_one_is_an_error(
    results: list[TestResult],
) -> None:
    default = "defaultDedupString:Test."
    default += "test_an_empty_dedup_is_the_default_and_a_failing_one_is_an_error"
    assert [outputs(result).get("dedup") for result in results] == [default, "d", None]
    assert errors(results[2]) == {"dedup": "KeyError"}


@body(
    ALERT + "def severity(resource):\n    return resource['severity']\n",
    *({"severity": word} for word in ("low", "Medium", "CRITICAL", "iNfO", "default", "DEFAULT")),
    *({"severity": word} for word in ("SEVERE", "", " HIGH ", "MEDIUM\n")),
    expected=False,
)
def test_severity_is_one_of_five_in_any_case_or_default(results: list[TestResult]) -> None:
    shown = [outputs(result).get("severity") for result in results]
    assert shown == ["LOW", "MEDIUM", "CRITICAL", "INFO", *[None] * 6]
    assert [errors(result) for result in results[4:6]] == [{}, {}]
    assert [errors(result) for result in results[6:]] == [{"severity": "AssertionError"}] * 4
    assert outcomes(results) == [PASSED] * 6 + [FAILED] * 4


DESTINED = ALERT + "def destinations(resource):\n    return resource['to']\n"


@body(
    DESTINED,
    {"to": []},
    {"to": None},
    {"to": ["Slack"]},
    {"to": ["SKIP"]},
    {"to": ["Slack", "Slack"]},
    {"to": [str(number) for number in range(11)]},
    {"to": [True]},
    expected=False,
)
def test_without_known_destinations_every_name_will_do_and_none_is_shown(
    results: list[TestResult],
) -> None:
    assert outcomes(results) == [PASSED] * 7
    shown = [outputs(result).get("destinations") for result in results]
    assert shown == [["SKIP"], *[None] * 6]


@body(
    DESTINED, {"to": "Slack"}, {"to": {"Slack": 1}}, {"to": [1]}, {"to": [None]}, {}, expected=False
)
def test_destinations_are_a_list_of_text(results: list[TestResult]) -> None:
    kinds = [errors(result)["destinations"] for result in results]
    assert kinds == ["FunctionReturnTypeError"] * 4 + ["KeyError"]
    assert outcomes(results) == [FAILED] * 5


@body_with_destinations(
    DESTINED,
    {"to": ["Slack"]},
    {"to": ["Jira", "Slack"]},
    {"to": list(DESTINATIONS[:11])},
    {"to": []},
    {"to": None},
    expected=False,
)
def test_unlike_in_pat_known_destinations_are_shown_by_name_and_ten_at_most(
    results: list[TestResult],
) -> None:
    assert outcomes(results) == [PASSED] * 5
    assert [outputs(result).get("destinations") for result in results] == [
        ["Slack"],
        ["Jira", "Slack"],
        list(DESTINATIONS[:10]),
        ["SKIP"],
        None,
    ]


@body_with_destinations(
    DESTINED,
    {"to": ["Teams"]},
    {"to": ["Slack", "Teams"]},
    {"to": ["Slack", "Slack"]},
    {"to": ["slack"]},
    {"to": ["SKIP"]},
    {"to": [True]},
    expected=False,
)
def test_among_known_destinations_an_unknown_or_repeated_one_is_an_error(
    results: list[TestResult],
) -> None:
    assert [errors(r) for r in results] == [{"destinations": "UnknownDestinationError"}] * 6
    assert outcomes(results) == [FAILED] * 6
    assert results[1].error is not None
    assert results[1].error.message == "Invalid Destinations: ['Teams']"


@body(
    ALERT
    + """
import collections, types
CONTEXTS = {
    "empty": {},
    "nested": {"a": [1, 2.5, None, True, "é😀"]},
    "keys": {1: 2, None: 3, True: 4},
    "ordered": collections.OrderedDict(b=1, a=2),
    "proxy": types.MappingProxyType({"a": 1}),
    "big": {"a": 10**400},
    "tuple": {"a": (1, 2)},
}
def alert_context(resource):
    return CONTEXTS[resource["which"]]
""",
    *({"which": name} for name in ("empty", "nested", "keys", "ordered", "big", "tuple")),
    expected=False,
)
def test_an_alert_context_is_shown_as_the_json_that_it_becomes(results: list[TestResult]) -> None:
    assert outcomes(results) == [PASSED] * 6
    assert [outputs(result)["alert_context"] for result in results] == [
        {},
        {"a": [1, 2.5, None, True, "é😀"]},
        {"1": 4, "null": 3},
        {"b": 1, "a": 2},
        {"a": 10**400},
        {"a": [1, 2]},
    ]


@body(
    ALERT
    + """
import types
CONTEXTS = {
    "none": None,
    "list": [1],
    "text": "{}",
    "set": {"a": {1}},
    "bytes": {"a": b"x"},
    "tuple key": {(1, 2): 3},
    "proxy": types.MappingProxyType({"a": 1}),
    "nan": {"a": float("nan")},
    "infinity": {"a": [float("inf")]},
    "huge": {"a": 10**5000},
}
CONTEXTS["itself"] = {"me": CONTEXTS["set"]}
CONTEXTS["itself"]["me"] = CONTEXTS["itself"]
def alert_context(resource):
    return CONTEXTS[resource["which"]]
""",
    *({"which": name} for name in ("none", "list", "text", "set", "bytes", "tuple key", "proxy")),
    *({"which": name} for name in ("nan", "infinity", "huge", "itself", "missing")),
    expected=False,
)
def test_an_alert_context_that_is_no_json_object_is_an_error(results: list[TestResult]) -> None:
    kinds = [errors(result).get("alert_context") for result in results]
    assert kinds == [
        *["FunctionReturnTypeError"] * 3,
        *["TypeError"] * 4,
        *["ValueError"] * 4,
        "KeyError",
    ]
    assert outcomes(results) == [FAILED] * 12


@body(
    ALERT + "def alert_context(resource):\n    return {'a': 'x' * resource['length']}\n",
    {"length": 204_791},
    {"length": 204_792},
    expected=False,
)
def test_an_alert_context_above_204800_characters_is_replaced_by_a_note(
    results: list[TestResult],
) -> None:
    assert outcomes(results) == [PASSED, PASSED]
    assert outputs(results[0])["alert_context"] == {"a": "x" * 204_791}
    assert outputs(results[1])["alert_context"] == {
        "_error": "alert_context size is [204801] characters,"
        " bigger than maximum of [204800] characters"
    }


@body(ALERT + "def unique(resource):\n    return resource['x']\n", expected=False)
def test_unlike_in_pats_summary_a_failing_unique_fails_the_test(results: list[TestResult]) -> None:
    assert outcomes(results) == [FAILED]
    assert errors(results[0]) == {"unique": "KeyError"}


@body(
    ALERT + "def title(r):\n    raise SystemExit(2)\ndef dedup(r):\n    raise KeyboardInterrupt\n",
    expected=False,
)
def test_leaving_in_an_alert_function_is_that_functions_error(results: list[TestResult]) -> None:
    assert errors(results[0]) == {"title": "SystemExit", "dedup": "KeyboardInterrupt"}
    assert outcomes(results) == [FAILED]


@body(ALERT + "title = 'text'\nrunbook = None\n", expected=False)
def test_an_alert_function_is_whatever_has_its_name(results: list[TestResult]) -> None:
    assert errors(results[0]) == {"title": "TypeError", "runbook": "TypeError"}


@body(ALERT + "def Title(resource):\n    return 'x'\n", expected=False)
def test_an_alert_function_in_capitals_is_none(results: list[TestResult]) -> None:
    assert list(results[0].functions) == ["policy", "dedup"]


@body(ALERT + "async def title(resource):\n    return 'x'\n", expected=False)
def test_an_alert_function_that_is_a_coroutine_is_an_error(results: list[TestResult]) -> None:
    assert errors(results[0]) == {"title": "FunctionReturnTypeError"}


@body("def policy(r):\n    return r['ok']\ndef title(r):\n    return r['title']\n", expected=False)
def test_the_error_of_the_policy_goes_before_those_of_alert_functions(
    results: list[TestResult],
) -> None:
    assert outcomes(results) == [ERRORED]
    assert errors(results[0]) == {"policy": "KeyError", "title": "KeyError"}
    assert results[0].error is not None
    assert results[0].error.message == "'ok'"


# Mocks -------------------------------------------------------------------------------------------


@body(
    "import json\nLIMITS = [1]\ndef allowed():\n    return 'real'\n"
    "def policy(resource):\n"
    "    found = allowed(), len(resource), type(LIMITS).__name__, type(json).__name__\n"
    "    print(*found)\n"
    "    return True\n",
    {},
    Case({}, mocks=[Mock("allowed", "mocked")]),
    Case({}, mocks=[Mock("allowed", "first"), Mock("allowed", "last")]),
    Case({}, mocks=[Mock("len", "mocked"), Mock("open", "unused")]),
    Case({}, mocks=[Mock("LIMITS", "x"), Mock("json", "x")]),
    {},
)
def test_a_mock_replaces_a_name_of_the_module_or_a_builtin_for_one_test(
    results: list[TestResult],
) -> None:
    assert [result.output.strip() for result in results] == [
        "real 0 list module",
        "mocked 0 list module",
        "last 0 list module",
        "real mocked list module",
        "real 0 MagicMock MagicMock",
        "real 0 list module",
    ]


@body(
    "import json\ndef policy(resource):\n    print('called')\n    return True\n",
    Case({}, mocks=[Mock("missing", "x")]),
    Case({}, mocks=[Mock("json.loads", "x")]),
    Case({}, mocks=[Mock("policy", "x"), Mock("missing", "x")]),
)
def test_a_mock_of_what_is_not_there_keeps_the_test_from_starting(
    results: list[TestResult],
) -> None:
    assert outcomes(results) == [ERRORED] * 3
    for result in results:
        assert (result.functions, result.output) == ({}, "")
        assert result.error is not None
        assert result.error.type == "AttributeError"


@body(
    "def policy(resource):\n    return False\n",
    Case({}, mocks=[Mock("policy", True)]),
    Case({}, mocks=[Mock("policy", "true")]),
)
def test_the_policy_itself_can_be_mocked(results: list[TestResult]) -> None:
    assert outcomes(results) == [PASSED, ERRORED]


@body(
    ALERT + "def title(resource):\n    return 'real'\n",
    Case({}, False, [Mock("title", "mocked")]),
    Case({}, False, [Mock("title", True)]),
)
def test_an_alert_function_can_be_mocked(results: list[TestResult]) -> None:
    assert outputs(results[0])["title"] == "mocked"
    assert outcomes(results) == [PASSED, FAILED]


@body(
    "from words import say\nimport words\n"
    "def policy(resource):\n    print(say('a'), words.say('a'))\n    return True\n",
    Case({}, mocks=[Mock("say", "mocked")]),
)
def test_a_mock_changes_the_bodys_name_not_the_global(results: list[TestResult]) -> None:
    assert results[0].output == "mocked A\n"


@body(
    "def helper():\n    return 'x'\ndef policy(resource):\n    raise AttributeError('own')\n",
    Case({}, mocks=[Mock("helper", "x")]),
)
def test_an_attribute_error_under_a_mock_is_the_policys_own(results: list[TestResult]) -> None:
    assert errors(results[0]) == {"policy": "AttributeError"}


# Texts and what cannot be told -------------------------------------------------------------------


@body(
    ALERT + "def title(r):\n    return 'a\\ud800b\\x1b[31m\\0'\n"
    "def alert_context(r):\n    return {'\\udfff': 1}\n",
    expected=False,
)
def test_halves_of_characters_and_control_sequences_arrive_as_they_are(
    results: list[TestResult],
) -> None:
    assert outcomes(results) == [PASSED]
    assert outputs(results[0])["title"] == "a\ud800b\x1b[31m\0"
    assert outputs(results[0])["alert_context"] == {"\udfff": 1}


@body(
    """
    def policy(resource):
        nested = value = {}
        for _ in range(resource["depth"]):
            value["a"] = value = {}
        resource["nested"] = nested
        return False
    def alert_context(resource):
        return resource["nested"]
    """,
    {"depth": 100},
    {"depth": 100_000},
    expected=False,
)
def test_what_is_nested_too_deep_hurts_only_its_own_function(results: list[TestResult]) -> None:
    assert outcomes(results) == [PASSED, FAILED]
    assert errors(results[1]) == {"alert_context": "RecursionError"}


@body(
    """
    class Odd(Exception):
        def __str__(self):
            raise ValueError
    def policy(resource):
        raise Odd
    """
)
def test_an_exception_whose_text_cannot_be_had_is_told_by_its_class(
    results: list[TestResult],
) -> None:
    assert errors(results[0]) == {"policy": "Odd"}


@body(
    """
    import sys
    def policy(resource):
        print("out")
        print("error", file=sys.stderr)
        sys.stdout.write("no newline \\udc80 é")
        return True
    def title(resource):
        print("; title")
        return "t"
    """,
    {},
    {},
)
def test_what_is_printed_belongs_to_its_test_in_order(results: list[TestResult]) -> None:
    printed = "out\nerror\nno newline \\udc80 é; title\n"
    assert [result.output for result in results] == [printed, printed]


@body("import time\ntime.perf_counter = None\ndef policy(resource):\n    return True\n")
def test_a_policy_may_replace_the_clock(results: list[TestResult]) -> None:
    assert outcomes(results) == [PASSED]
    assert results[0].duration_ms >= 0


@body(
    """
    class Answer(str):
        def __len__(self):
            raise ValueError("no length")
    def policy(resource):
        return False
    def title(resource):
        return Answer("x")
    """,
    expected=False,
)
def test_a_text_of_an_own_class_can_raise_like_any_function(results: list[TestResult]) -> None:
    assert errors(results[0]) == {"title": "ValueError"}
