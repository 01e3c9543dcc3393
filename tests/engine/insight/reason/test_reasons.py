"""The deciding line, the steps to it, and the reason in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from panther_engine.values.insight import DecidedBy, Insight
from tests.engine.insight.explained import explain_one

GRANTS = """
    EVERYONE = {"all", "any"}

    def policy(resource):
        for grant in resource["Grants"] or []:
            if grant["Who"] in EVERYONE and grant.get("May") == "READ":
                return False
        return True
"""
MINE = {"Who": "me", "May": "READ"}
WRITES = {"Who": "all", "May": "WRITE"}
READS = {"Who": "any", "May": "READ"}


def insight_of(root: Path, source: str, *resources: object, **options: object) -> Insight:
    return explain_one(root, source, *resources, **options).insight  # type: ignore[arg-type]


def reason_of(root: Path, expression: str, resource: object, before: str = "") -> str:
    """The reason of a policy that returns an expression."""
    source = f"{before}def policy(resource):\n    return {expression}\n"
    return insight_of(root, source, resource).reason


def test_the_item_that_decided_is_named_with_its_fields(tmp_path: Path) -> None:
    insight = insight_of(tmp_path, GRANTS, {"Grants": [MINE, WRITES, READS]}, expected=False)
    assert insight.reason == (
        "It fails because `Grants[2].Who` is 'any', which is in `EVERYONE`,"
        " and `Grants[2].May` is 'READ'."
    )
    assert insight.deciding is not None
    assert insight.deciding.kind is DecidedBy.RETURN
    assert (insight.deciding.place.line, insight.deciding.place.text) == (6, "return False")
    assert insight.deciding.value == "False"


def test_a_loop_tells_how_many_items_ran_and_can_be_stepped_through(tmp_path: Path) -> None:
    insight = insight_of(tmp_path, GRANTS, {"Grants": [MINE, READS, WRITES]}, expected=False)
    (loop,) = [step.loop for step in insight.conditions if step.loop is not None]
    assert (loop.over, loop.ran, loop.size, loop.deciding) == ('resource["Grants"] or []', 2, 3, 2)
    first, second = loop.rounds
    assert (first.number, first.field) == (1, ("Grants", 0))
    assert [step.truth for step in first.conditions] == [False]
    assert "is 'me', which is not in `EVERYONE`" in first.conditions[0].phrase
    assert (second.number, second.field) == (2, ("Grants", 1))


def test_each_round_tells_what_the_lines_held_in_it(tmp_path: Path) -> None:
    insight = insight_of(tmp_path, GRANTS, {"Grants": [MINE, READS, WRITES]}, expected=False)
    (loop,) = [step.loop for step in insight.conditions if step.loop is not None]
    first, second = [{held.line: dict(held.values) for held in one.values} for one in loop.rounds]
    line = loop.place.line
    assert first[line]["grant"].startswith("{'Who': 'me'")
    assert first[line + 1] == {'grant["Who"]': "'me'", "EVERYONE": "{'all', 'any'}"}
    assert second[line + 1]['grant.get("May")'] == "'READ'"


def test_the_rounds_of_a_comprehension_tell_their_operands(tmp_path: Path) -> None:
    source = "def policy(resource):\n    return any(x > 2 for x in resource['A'])\n"
    insight = insight_of(tmp_path, source, {"A": [1, 2, 3, 4]})
    (loop,) = [one.loop for step in insight.conditions for one in step.operands if one.loop]
    held = [dict(told.values) for one in loop.rounds for told in one.values]
    assert held == [{"x": "1"}, {"x": "2"}, {"x": "3"}]


def test_hundreds_of_rounds_are_kept_round_the_one_that_decided(tmp_path: Path) -> None:
    source = """
        def policy(resource):
            for number in resource["A"]:
                if number == 900:
                    return False
            return True
        """
    insight = insight_of(tmp_path, source, {"A": list(range(1000))}, expected=False)
    (loop,) = [step.loop for step in insight.conditions if step.loop is not None]
    numbers = [one.number for one in loop.rounds]
    assert (loop.ran, loop.deciding, len(numbers)) == (901, 901, 500)
    assert numbers == list(range(402, 902))


def test_a_condition_tells_its_operands_in_the_order_of_evaluation(tmp_path: Path) -> None:
    insight = insight_of(tmp_path, GRANTS, {"Grants": [MINE, READS]}, expected=False)
    condition = insight.conditions[-1]
    assert condition.truth is True
    assert condition.iteration == 2
    assert [(one.place.text, one.value, one.field) for one in condition.operands] == [
        ('grant["Who"]', "'any'", ("Grants", 1, "Who")),
        ("EVERYONE", "{'all', 'any'}", None),
        ('grant.get("May")', "'READ'", ("Grants", 1, "May")),
    ]


def test_what_was_not_evaluated_is_not_told(tmp_path: Path) -> None:
    insight = insight_of(
        tmp_path,
        """
        def policy(resource):
            for item in resource["A"]:
                if item["X"] == 1 and item["Y"] == 2:
                    return False
            return resource["B"] == 3 or resource["C"] == 4
        """,
        {"A": [{"X": 1, "Y": 3}, {"X": 2, "Y": 2}], "B": 3, "C": 4},
    )
    assert "C" not in [str(one.field[-1]) for one in insight.reads]
    assert insight.reason == "It passes because `B` is 3."
    last_round = next(s.loop for s in insight.conditions if s.loop).rounds[-1]
    assert [one.place.text for one in last_round.conditions[0].operands] == ['item["X"]']


@pytest.mark.parametrize(
    ("grants", "reason"),
    [
        (None, "It passes because `Grants` is None."),
        ([], "It passes because `Grants` is empty."),
        ([MINE], "It passes because `Grants[0].Who` is 'me', which is not in `EVERYONE`."),
        (
            [MINE, WRITES],
            "It passes because `grant["
            '"Who"] in EVERYONE and grant.get("May") == "READ"` is false for both items of'
            " `Grants`.",
        ),
    ],
)
def test_a_loop_in_which_nothing_decided_is_summed_up(
    tmp_path: Path, grants: object, reason: str
) -> None:
    assert insight_of(tmp_path, GRANTS, {"Grants": grants}).reason == reason


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("resource['A'] == 1", "It fails because `A` is 7, not 1."),
        ("resource['A'] != 1", "It passes because `A` is 7, not 1."),
        ("resource['A'] != 7", "It fails because `A` is 7."),
        ("resource['A'] < 7", "It fails because `A` is 7, which is not less than 7."),
        ("resource['A'] >= 7", "It passes because `A` is 7, which is at least 7."),
        ("7 <= resource['A']", "It passes because `A` is 7, which is at least 7."),
        (
            "1 < resource['A'] < 9",
            "It passes because `A` is 7, which is between 1 and 9.",
        ),
        ("9 < resource['A'] < 10", "It fails because `A` is 7, which is not more than 9."),
        ("resource['N'] is None", "It passes because `N` is None."),
        ("resource['A'] is None", "It fails because `A` is 7."),
        ("resource.get('Z') is None", "It passes because `Z` is missing."),
        ("'Z' in resource", "It fails because `resource` has no 'Z'."),
        (
            "'b' in resource['L']",
            "It passes because `L`, which is ['a', 'b'], contains 'b'.",
        ),
        ("not resource['L']", "It fails because `L` is ['a', 'b']."),
        ("bool(resource['E'])", "It fails because `E` is empty."),
        (
            "resource['T'].startswith('arn:')",
            "It passes because `T` is 'arn:aws', which starts with 'arn:'.",
        ),
        ("isinstance(resource['T'], list)", "It fails because `T` is a str, not a list."),
        ("len(resource['L']) > 2", "It fails because `len(resource['L'])` is 2, which is not"),
        (
            "any(one == 'b' for one in resource['L'])",
            "It passes because `L[1]` is 'b' (item 2 of `L`).",
        ),
        (
            "all(one == 'b' for one in resource['L'])",
            "It fails because `L[0]` is 'a', not 'b' (item 1 of `L`).",
        ),
        (
            "any(one == 'c' for one in resource['L'])",
            "It fails because `one == 'c'` is false for both items of `L`.",
        ),
        ("any(one for one in resource['E'])", "It fails because `E` is empty."),
        (
            "any([resource['N'], resource['A'] == 7, resource['T']])",
            "It passes because `A` is 7.",
        ),
        (
            "all([resource['A'] == 7, resource['N']])",
            "It fails because `N` is None.",
        ),
        ("(resource['O'] or {}).get('Mode') == 'on'", "It fails because `O.Mode` is missing"),
        ("resource['A'] == 7 and resource['N'] is None", "It passes because `A` is 7 and `N` is"),
        ("resource['A'] == 8 or resource['N'] == 1", "It fails because `A` is 7, not 8, and `N`"),
        ("resource['A'] is not None or 1 / 0", "`A` is 7"),
        ("True if resource['A'] == 7 else 1 / 0", "It passes"),
    ],
)
def test_a_returned_expression_is_put_into_words(
    tmp_path: Path, expression: str, said: str
) -> None:
    resource = {
        "A": 7,
        "N": None,
        "L": ["a", "b"],
        "E": [],
        "T": "arn:aws",
        "O": None,
    }
    reason = reason_of(tmp_path, expression, resource)
    assert said in reason


def test_a_name_stands_for_the_field_that_it_was_given(tmp_path: Path) -> None:
    insight = insight_of(
        tmp_path,
        """
        def policy(resource):
            days = resource["Days"]
            return days >= 90
        """,
        {"Days": 30},
        expected=False,
    )
    assert insight.reason == "It fails because `Days` is 30, which is less than 90."


def test_a_default_is_not_taken_for_the_field_that_it_stands_in_for(tmp_path: Path) -> None:
    insight = insight_of(
        tmp_path,
        """
        def policy(resource):
            days = resource["Days"] or 0
            return days >= 90
        """,
        {"Days": None},
        expected=False,
    )
    assert insight.reason == "It fails because `days` is 0, which is less than 90."


def test_a_flag_tells_the_line_that_set_it(tmp_path: Path) -> None:
    insight = insight_of(
        tmp_path,
        """
        def policy(resource):
            found = False
            for item in resource["A"]:
                if item == 2:
                    found = True
            return found
        """,
        {"A": [1, 2, 3]},
    )
    assert insight.reason == "It passes because `found` is True (set in line 5)."


def test_a_flag_that_nothing_set_tells_the_line_that_would_have(tmp_path: Path) -> None:
    insight = insight_of(
        tmp_path,
        """
        def policy(resource):
            found = False
            for item in resource["A"]:
                if item == 2:
                    found = True
            return found
        """,
        {"A": [1, 3]},
        expected=False,
    )
    assert insight.reason == (
        "It fails because `found` is False (set in line 2; line 5 did not run)."
    )


def test_a_value_returned_from_inside_a_condition_tells_the_condition_too(tmp_path: Path) -> None:
    insight = insight_of(
        tmp_path,
        """
        def policy(resource):
            for rule in resource["Rules"]:
                if rule["Port"] == 22:
                    return rule["Action"] == "deny"
            return True
        """,
        {"Rules": [{"Port": 80}, {"Port": 22, "Action": "allow"}]},
        expected=False,
    )
    assert insight.reason == (
        "It fails because `Rules[1].Port` is 22, and `Rules[1].Action` is 'allow', not \"deny\"."
    )


def test_of_a_long_field_the_end_is_named(tmp_path: Path) -> None:
    resource: object = True
    keys = [f"Level{number}" for number in range(12)]
    for key in reversed(keys):
        resource = {key: resource}
    expression = "resource" + "".join(f"['{key}']" for key in keys)
    reason = reason_of(tmp_path, expression, resource)
    assert reason.startswith("It passes because `…")
    assert reason.endswith("Level10.Level11` is True.")


def test_a_call_into_a_global_opens_to_its_own_reason(tmp_path: Path) -> None:
    helper = """
        def deep_get(value, *keys):
            for key in keys:
                value = (value or {}).get(key)
            return value

        def is_public(resource):
            if deep_get(resource, "Access", "Public") is True:
                return True
            return False
    """
    insight = insight_of(
        tmp_path,
        """
        from words import is_public

        def policy(resource):
            return not is_public(resource)
        """,
        {"Access": {"Public": True}},
        expected=False,
        helpers={"words": helper},
    )
    assert insight.reason == (
        "It fails because `is_public(resource)` is True (`Access.Public` is True)."
    )
    (operand,) = insight.conditions[-1].operands
    (inside,) = operand.inside
    assert (inside.place.path, inside.place.line) == ("global_helpers/words.py", 7)
    assert inside.truth is True
    assert inside.operands[0].field == ("Access", "Public")


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        ({"A": None}, "It raises TypeError in line 2 because `A` is None."),
        ({}, "It raises KeyError in line 2 because `resource` has no 'A'."),
        ({"A": {"B": "x"}}, "because `A.B` is 'x'"),
    ],
)
def test_an_exception_tells_what_was_none(tmp_path: Path, resource: object, reason: str) -> None:
    source = "def policy(resource):\n    return resource['A']['B'] > 1\n"
    insight = insight_of(tmp_path, source, resource)
    assert insight.deciding is not None
    assert insight.deciding.kind is DecidedBy.RAISE
    assert reason in insight.reason


def test_an_exception_in_a_global_is_placed_there(tmp_path: Path) -> None:
    insight = insight_of(
        tmp_path,
        "from words import first\n\ndef policy(resource):\n    return first(resource) == 1\n",
        {"A": None},
        helpers={"words": "def first(resource):\n    return resource['A'][0]\n"},
    )
    assert insight.reason == (
        "It raises TypeError in global_helpers/words.py:2 because `A` is None."
    )


def test_an_exception_without_a_reason_reads_as_a_sentence(tmp_path: Path) -> None:
    insight = insight_of(
        tmp_path,
        "from words import first\n\ndef policy(resource):\n    return first(resource) == 1\n",
        {"A": None},
        helpers={"words": "first = lambda r: max(map(lambda key: r[key][0], 'A'))\n"},
    )
    assert insight.reason == (
        "It raises TypeError in global_helpers/words.py:1: 'NoneType' object is not subscriptable."
    )


def test_a_title_that_raises_is_explained_where_it_makes_the_test_fail(tmp_path: Path) -> None:
    insight = insight_of(
        tmp_path,
        """
        def policy(resource):
            return False

        def title(resource):
            return resource["Name"].upper()
        """,
        {"Name": None},
        expected=False,
    )
    assert insight.reason == "`title` raises AttributeError in line 5 because `Name` is None."


def test_a_test_that_was_stopped_is_not_run_again(tmp_path: Path) -> None:
    source = "def policy(resource):\n    while resource['A']:\n        pass\n    return True\n"
    insight = insight_of(tmp_path, source, {"A": 1}, timeout=0.3)
    assert insight.same_as_plain
    assert insight.deciding is not None
    assert insight.deciding.kind is DecidedBy.STOPPED
    assert insight.reason.startswith("It was stopped in line ")


def test_a_policy_that_knows_it_is_observed_is_found_out_and_nothing_of_it_is_shown(
    tmp_path: Path,
) -> None:
    insight = insight_of(
        tmp_path,
        "def policy(resource):\n    return len(policy.__code__.co_consts) < 3\n",
        {"A": 1},
    )
    assert not insight.same_as_plain
    assert insight.reason.startswith("The policy behaves differently when it is observed: ")
    assert (insight.deciding, insight.conditions, insight.reads) == (None, (), ())


def test_what_tests_before_it_left_behind_is_there_when_a_test_is_observed(tmp_path: Path) -> None:
    source = "seen = []\ndef policy(resource):\n    seen.append(1)\n    return len(seen) < 2\n"
    insight = insight_of(tmp_path, source, {"A": 1}, {"A": 2})
    assert insight.same_as_plain
    assert insight.reason == "It fails because `len(seen)` is 2, which is not less than 2."


def test_nothing_is_said_to_turn_a_verdict_that_the_tests_before_it_decide(tmp_path: Path) -> None:
    source = (
        "seen = []\ndef policy(resource):\n    seen.append(1)\n"
        "    return len(seen) < 2 or resource['A'] == 5\n"
    )
    explained = explain_one(tmp_path, source, {"A": 1}, {"A": 2}, flips=True)
    assert explained.insight.same_as_plain
    assert explained.flips == ()


def test_ten_million_steps_get_an_honestly_partial_explanation(tmp_path: Path) -> None:
    insight = insight_of(
        tmp_path,
        """
        def policy(resource):
            total = 0
            for number in range(1_000_000):
                total += number % 3
            if total > resource["Most"]:
                return False
            return True
        """,
        {"Most": 5},
        expected=False,
    )
    assert insight.same_as_plain
    assert insight.deciding is not None
    assert insight.deciding.place.line == 6
    assert any("too many steps" in note for note in insight.notes)
    assert "`Most`" in insight.reason


MANY_CALLS = """
    def helper(item, resource):
        for other in resource["B"]:
            if other == item + 1000:
                return True
        return False

    def policy(resource):
        for item in resource["A"]:
            if helper(item, resource):
                return False
        return True
"""


def test_the_loops_of_policy_are_told_whole_however_much_its_calls_do(tmp_path: Path) -> None:
    resource = {"A": list(range(60)), "B": list(range(300))}
    insight = insight_of(tmp_path, MANY_CALLS, resource)
    assert insight.reason == (
        "It passes because `helper(item, resource)` is false for all 60 items of `A`."
    )
    (loop,) = [step.loop for step in insight.conditions if step.loop is not None]
    assert (loop.ran, loop.size) == (60, 60)
    assert any("steps in the middle" in note for note in insight.notes)


PORTS = """
    LIMIT = 22

    def policy(resource):
        for entry in resource["Entries"]:
            if entry["Egress"]:
                continue
            if entry["From"] <= 22 <= entry["To"]:
                return False
        return resource["Last"] == LIMIT
"""


def test_a_loop_that_found_nothing_names_the_lines_it_could_have_ended_at(tmp_path: Path) -> None:
    rows = [{"Egress": True}, {"Egress": False, "From": 80, "To": 90}]
    source = PORTS.replace('resource["Last"] == LIMIT', "True")
    insight = insight_of(tmp_path, source, {"Entries": rows})
    assert insight.reason == "It passes because neither of the 2 items of `Entries` led to line 8."


def test_a_number_between_two_fields_is_said_once(tmp_path: Path) -> None:
    rows = [{"Egress": False, "From": 0, "To": 1024}]
    insight = insight_of(tmp_path, PORTS, {"Entries": rows}, expected=False)
    assert insight.reason == (
        "It fails because 22 is between 0 (`Entries[0].From`) and 1024 (`Entries[0].To`)."
    )


def test_what_a_value_equals_is_named_and_its_value_said_once(tmp_path: Path) -> None:
    insight = insight_of(tmp_path, PORTS, {"Entries": [], "Last": 22})
    assert insight.reason == "It passes because `Last` is 22, the same as `LIMIT`."


def test_of_a_call_that_is_not_told_whole_nothing_is_counted(tmp_path: Path) -> None:
    source = """
        def helper(resource):
            for item in resource["A"]:
                if item < 0:
                    return True
            return False

        def policy(resource):
            return helper(resource)
    """
    resource = {"A": list(range(9000))}
    insight = insight_of(tmp_path, source, resource, expected=False)
    assert insight.same_as_plain
    assert "9000" not in insight.reason
    assert "line" not in insight.reason
    assert "items" not in insight.reason
    assert "`helper(resource)` is False" in insight.reason


def test_lines_that_did_not_run_are_told(tmp_path: Path) -> None:
    insight = insight_of(tmp_path, GRANTS, {"Grants": [MINE]})
    assert insight.not_run == (6,)


def test_each_line_tells_what_it_held_when_it_ran_last(tmp_path: Path) -> None:
    insight = insight_of(
        tmp_path,
        """
        def policy(resource):
            least = int(resource["Least"])
            for item in resource["Items"]:
                if item["N"] < least and item.get("On"):
                    return False
            return len(resource["Items"]) > 1
        """,
        {"Least": "3", "Items": [{"N": 3, "On": True}, {"N": 2, "On": True}]},
        expected=False,
    )
    assert {one.line: one.values for one in insight.values} == {
        2: (("least", "3"),),
        3: (('resource["Items"]', "[{'N': 3, 'On': True}, {'N': 2, 'On': True}]"),),
        4: (('item["N"]', "2"), ("least", "3"), ('item.get("On")', "True")),
    }


def test_a_key_that_may_have_been_meant_stands_beside_the_one_that_is_missing(
    tmp_path: Path,
) -> None:
    resource = {"Status": {"LoggingEnabled": True, "Key1": 1}}
    wrong = "resource['Status'].get('LogginEnabled', False)"
    assert reason_of(tmp_path, wrong, resource) == (
        "It fails because `Status.LogginEnabled` is missing (there is `LoggingEnabled`)."
    )
    other = reason_of(tmp_path, "resource['Status'].get('Key2') is not None", resource)
    assert other == "It fails because `Status.Key2` is missing."


def test_what_is_in_nothing_is_told_with_what_it_was_looked_for_in(tmp_path: Path) -> None:
    assert reason_of(tmp_path, "resource['A'] in resource['B']", {"A": 1, "B": []}) == (
        "It fails because `A` is 1, which is not in `B`: that is empty."
    )


def test_durations_are_told_in_words(tmp_path: Path) -> None:
    before = "from datetime import timedelta\nLIMIT = timedelta(days=90)\n"
    expression = "timedelta(days=resource['Days']) < LIMIT"
    assert reason_of(tmp_path, expression, {"Days": -355_417}, before) == (
        "It passes because `timedelta(days=resource['Days'])` is minus 355,417 days, which is less"
        " than 90 days (`LIMIT`)."
    )


def test_a_long_json_text_is_told_as_what_it_is(tmp_path: Path) -> None:
    document = '{\n  "Version": "2012-10-17", ' + '"Statement": [], ' * 20 + '"Id": 1}'
    size = len(document)
    assert reason_of(tmp_path, "bool(resource['Policy'])", {"Policy": document}) == (
        f"It passes because `Policy` is a JSON text of {size} characters."
    )


def test_of_a_long_text_both_ends_are_told(tmp_path: Path) -> None:
    arn = "arn:aws:kms:us-west-2:123456789012:key/12345678-1234-1234-1234-123456789012"
    reason = reason_of(tmp_path, "bool(resource['Key'])", {"Key": arn})
    assert reason.startswith("It passes because `Key` is 'arn:aws:kms:us-west-2:")
    assert reason.endswith("123456789012'.")
    assert "…" in reason


def test_a_field_that_is_there_is_not_told_twice(tmp_path: Path) -> None:
    reason = reason_of(tmp_path, "bool(resource['A'] and 'all' in resource['A'])", {"A": ["all"]})
    assert reason == "It passes because `A`, which is ['all'], contains 'all'."


def test_code_of_several_lines_is_told_as_one_would_write_it(tmp_path: Path) -> None:
    expression = "len(\n        [\n            resource['A'],\n        ]\n    ) == 2"
    reason = reason_of(tmp_path, f"({expression})", {"A": 1})
    assert "`len([resource['A'],])` is 1" in reason
