"""A session judges an inventory beside its tests, and says what a save does to it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from panther_engine.events import (
    Cancel,
    CaseTried,
    GroupScanned,
    InventoryOpened,
    JudgeScratch,
    ListScanned,
    OpenScanned,
    OpenScratch,
    PolicyScanned,
    RunFinished,
    ScannedGrouped,
    ScannedListed,
    ScannedOpened,
    ScratchJudged,
    TryCase,
    UseInventory,
)
from panther_engine.model import TestCase, Verdict
from panther_engine.values.scanned import Counts, GroupBy, Moved, RowOrder
from tests.engine.reading.repository.checkout import Checkout
from tests.engine.session.live import Live

A, B = "policies/a.yml", "policies/b.yml"
BODY = "def policy(resource):\n    return resource.get('Days', 100) >= {}\n"
USES_HELPER = (
    "import words\ndef policy(resource):\n    return words.help() and 'Value' in resource\n"
)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    checkout = Checkout(tmp_path / "checkout")
    checkout.policy("a", body=BODY.format(5))
    checkout.policy("b", body=USES_HELPER)
    checkout.helper("words")
    return checkout


@pytest.fixture
def live(checkout: Checkout) -> Iterator[Live]:
    with Live(checkout) as live:
        live.wait_for_run()
        yield live


@pytest.fixture
def inventory(tmp_path: Path) -> str:
    documents = [
        {"ResourceId": f"r{days}", "ResourceType": "AWS.S3.Bucket", "Days": days, "Value": 1}
        for days in range(10)
    ]
    file = tmp_path / "inventory.json"
    file.write_text(json.dumps(documents))
    return str(file)


def use(live: Live, *paths: str) -> None:
    """Choose an inventory, and wait until every policy has judged it."""
    since = live.now
    live.engine.send(UseInventory(paths))
    specs = live.state.policies.keys()
    live.wait(lambda: scanned_since(live, since) >= set(specs))


def scanned_since(live: Live, since: int) -> set[str]:
    return {one.spec for one in live.events[since:] if isinstance(one, PolicyScanned)}


def test_every_policy_judges_the_inventory_once_the_tests_are_done(
    live: Live, inventory: str
) -> None:
    use(live, inventory)
    opened = live.state.scan.inventory
    assert opened is not None
    assert (opened.resources, opened.types) == (10, {"AWS.S3.Bucket": 10})
    assert live.state.scan.scanned[A].counts == Counts(passed=5, failed=5)
    assert live.state.scan.scanned[A].moved is None


def test_a_save_judges_what_it_affects_again_and_says_what_moved(
    live: Live, inventory: str
) -> None:
    use(live, inventory)
    since = live.now
    live.checkout.write("policies/a.py", BODY.format(7))
    live.wait(lambda: scanned_since(live, since) == {A})
    kinds = [type(one) for one in live.events[since:]]
    assert kinds.index(RunFinished) < kinds.index(PolicyScanned), "tests come first"
    assert live.state.scan.scanned[A].moved == Moved(more_fail=2)
    assert live.state.scan.moved == Moved(more_fail=2)
    since = live.now
    live.checkout.write("policies/a.py", "def policy(resource):\n    return resource['Days'][0]\n")
    live.wait(lambda: scanned_since(live, since) == {A})
    assert live.state.scan.moved == Moved(fewer_fail=7, now_err=10)
    assert Moved(3, 41, 2).words == "3 more fail, 41 fewer, 2 now err"


def test_a_helper_judges_its_users_again_by_its_new_text(live: Live, inventory: str) -> None:
    use(live, inventory)
    assert live.state.scan.scanned[B].counts == Counts(passed=10)
    since = live.now
    live.checkout.helper("words", "def help():\n    return False\n")
    live.wait(lambda: scanned_since(live, since) == {B})
    assert live.state.scan.moved == Moved(more_fail=10)


def test_rows_come_in_pages_with_what_moved_first(live: Live, inventory: str) -> None:
    use(live, inventory)
    since = live.now
    live.checkout.write("policies/a.py", BODY.format(6))
    live.wait(lambda: scanned_since(live, since) == {A})
    live.engine.send(ListScanned(A))
    listed = live.wait_for(ScannedListed)
    assert (listed.total, [one.resource_id for one in listed.rows]) == (
        6,
        ["r5", "r0", "r1", "r2", "r3", "r4"],
    )
    assert [one.moved for one in listed.rows][:2] == [True, False]
    assert listed.rows[0].verdict is Verdict.FAIL
    since = live.now
    live.engine.send(ListScanned(A, 0, "R3"))
    assert [one.resource_id for one in live.wait_for(ScannedListed, since).rows] == ["r3"]


def test_a_resource_is_opened_as_a_test(live: Live, inventory: str) -> None:
    use(live, inventory)
    live.engine.send(ListScanned(A))
    row = live.wait_for(ScannedListed).rows[0]
    live.engine.send(OpenScanned(A, row.key))
    opened = live.wait_for(ScannedOpened)
    assert (opened.case.name, opened.case.resource) == (
        "r0",
        {"ResourceId": "r0", "ResourceType": "AWS.S3.Bucket", "Days": 0, "Value": 1},
    )


@pytest.mark.parametrize("paths", [("nothing.json",), ("/dev/zero",)])
def test_an_inventory_that_cannot_be_read_is_told(live: Live, paths: tuple[str, ...]) -> None:
    live.engine.send(UseInventory(paths))
    live.wait(lambda: any(isinstance(one, InventoryOpened) and one.notes for one in live.events))
    opened = live.state.scan.inventory
    assert opened is not None
    assert opened.resources == 0
    assert opened.notes


def test_nothing_is_left_when_the_inventory_is_given_up(
    live: Live, inventory: str, tmp_path: Path
) -> None:
    def spools() -> list[str]:
        names = os.listdir(tmp_path / "scratch")
        return [one for one in names if "-scan-" in one]

    use(live, inventory)
    assert len(spools()) == 1
    live.engine.send(UseInventory(()))
    live.wait(lambda: live.state.scan.inventory is None)
    assert spools() == []


def test_a_policy_that_hangs_on_a_resource_holds_up_no_save(live: Live, inventory: str) -> None:
    stuck = "    while 'ResourceId' in resource:\n        pass\n    return True\n"
    live.checkout.write("policies/b.py", "def policy(resource):\n" + stuck)
    live.wait(lambda: live.state.policies[B].status.value == "passed" and not live.state.running)
    since = live.now
    live.engine.send(UseInventory((inventory,)))
    live.wait(lambda: scanned_since(live, since) == {A})
    since = live.now
    live.checkout.write("policies/a.py", BODY.format(9))
    live.wait_for(RunFinished, since)
    live.wait(lambda: scanned_since(live, since) == {A})
    assert live.state.scan.scanned[A].counts.failed == 9


def test_cancel_stops_what_goes_on_until_a_change_affects_it(
    live: Live, tmp_path: Path, inventory: str
) -> None:
    use(live, inventory)
    stuck = tmp_path / "checkout" / "stuck"
    loop = "import os\ndef policy(resource):\n    while os.path.exists({!r}):\n        pass\n"
    loop += "    return 'ResourceId' not in resource\n"
    stuck.write_text("")
    live.checkout.write("policies/a.yml", live.checkout.read(A).partition("Tests:")[0])
    live.wait(lambda: live.state.scan.total == 0)
    live.checkout.write("policies/a.py", loop.format(str(stuck)))
    live.wait(lambda: live.state.scan.total == 10)
    since = live.now
    live.engine.send(Cancel())
    live.wait(lambda: live.state.scan.total == 0)
    assert scanned_since(live, since) == set()
    stuck.unlink()
    live.checkout.write("policies/b.py", USES_HELPER.replace("'Value'", "'Days'"))
    live.wait(lambda: scanned_since(live, since) == {B})
    assert A not in scanned_since(live, since), "not before it is affected again"
    live.checkout.write("policies/a.py", loop.format(str(stuck)).replace("Id", "Type"))
    live.wait(lambda: A in scanned_since(live, since))
    assert live.state.scan.scanned[A].counts == Counts(failed=10)


def test_rows_are_grouped_and_a_group_is_opened(live: Live, inventory: str) -> None:
    use(live, inventory)
    live.engine.send(GroupScanned(A, GroupBy.VERDICT))
    grouped = live.wait_for(ScannedGrouped)
    assert [(one.name, one.count) for one in grouped.groups] == [("FAIL", 5)]
    assert grouped.total == 1
    live.engine.send(ListScanned(A, order=RowOrder.ID, group=(GroupBy.VERDICT, "FAIL")))
    listed = live.wait_for(ScannedListed)
    assert [row.resource_id for row in listed.rows] == ["r0", "r1", "r2", "r3", "r4"]
    assert (listed.order, listed.group) == (RowOrder.ID, (GroupBy.VERDICT, "FAIL"))


def test_a_test_that_stands_in_no_file_is_tried_and_reduced(live: Live) -> None:
    case = TestCase("new", 0, True, {"Days": 3, "Other": {"a": [1, 2]}, "ResourceId": "r"})
    live.engine.send(TryCase(1, A, case, reduced=True))
    tried = live.wait_for(CaseTried)
    assert tried.result is not None
    assert (tried.number, tried.spec, tried.result.verdict) == (1, A, Verdict.FAIL)
    assert [one.field for one in tried.changes] == [("Other",)]


def test_a_case_of_a_policy_that_is_gone_is_told(live: Live) -> None:
    live.engine.send(TryCase(7, "gone.yml", TestCase("new", 0, True, {})))
    tried = live.wait_for(CaseTried)
    assert (tried.number, tried.result) == (7, None)
    assert tried.diagnostics[0].code == "policy-gone"


HELPER = """
class BadLookup(Exception):
    pass


def resource_table():
    raise RuntimeError("nobody may ask AWS")


def resource_lookup(resource_id):
    answer = resource_table().get_item(Key={"id": resource_id})
    if "Item" not in answer:
        raise BadLookup(resource_id)
    return answer["Item"]["attributes"]
"""
LOOKS_UP = """
from panther_aws_helpers import resource_lookup


def policy(resource):
    owner = resource_lookup(resource["Next"])
    return owner["Days"] > 5
"""


def judge_real(live: Live, spec: str, key: int) -> ScratchJudged:
    """Show a resource of the list as a scratch, until its flips are known."""
    live.engine.send(OpenScanned(spec, key))
    case = live.wait_for(ScannedOpened).case
    live.engine.send(OpenScratch(spec, case))
    live.engine.send(JudgeScratch(1))
    live.wait(lambda: _judged(live) is not None)
    judged = _judged(live)
    assert judged is not None
    return judged


def _judged(live: Live) -> ScratchJudged | None:
    told = [one for one in live.events if isinstance(one, ScratchJudged)]
    whole = (one for one in told if one.explained is not None and one.explained.flips is not None)
    return next(whole, None)


def test_a_real_resource_is_judged_and_explained_with_what_it_looks_up(
    checkout: Checkout, tmp_path: Path
) -> None:
    checkout.helper("panther_aws_helpers", HELPER)
    checkout.policy("c", body=LOOKS_UP)
    spec = "policies/c.yml"
    documents = [
        {"ResourceId": "r0", "ResourceType": "AWS.S3.Bucket", "Next": "r1", "Days": 9},
        {"ResourceId": "r1", "ResourceType": "AWS.S3.Bucket", "Next": "r0", "Days": 1},
    ]
    file = tmp_path / "inventory.json"
    file.write_text(json.dumps(documents))
    with Live(checkout) as live:
        live.wait_for_run()
        use(live, str(file))
        live.engine.send(ListScanned(spec))
        (row,) = live.wait_for(ScannedListed).rows
        assert (row.resource_id, row.verdict) == ("r0", Verdict.FAIL)
        judged = judge_real(live, spec, row.key)
        assert judged.result is not None
        assert (judged.result.verdict, judged.result.error) == (Verdict.FAIL, None)
        assert judged.explained is not None
        assert judged.explained.insight.same_as_plain
        opened = live.state.scan.opened
        assert opened is not None
        assert (opened.looked_up, json.loads(str(opened.case.mocks[0].return_value))["Days"]) == (
            ("r1",),
            1,
        )


def test_what_a_mapping_could_not_fill_is_an_error_of_a_real_resource_too(
    checkout: Checkout, tmp_path: Path
) -> None:
    checkout.policy("c", body="def policy(resource):\n    return resource.get('Hidden') is None\n")
    spec = "policies/c.yml"
    document = {"ResourceId": "r0", "ResourceType": "AWS.S3.Bucket", "Days": 9}
    kept = {"mapping": "m", "unfilled": "Hidden", "document": document}
    file = tmp_path / "inventory.json"
    file.write_text(json.dumps(kept))
    with Live(checkout) as live:
        live.wait_for_run()
        use(live, str(file))
        live.engine.send(ListScanned(spec))
        (row,) = live.wait_for(ScannedListed).rows
        assert row.said == "NotInInventory: not in this inventory: `Hidden`"
        live.engine.send(OpenScanned(spec, row.key))
        live.engine.send(OpenScratch(spec, live.wait_for(ScannedOpened).case))
        live.engine.send(JudgeScratch(1))
        judged = live.wait_for(ScratchJudged)
        assert judged.result is not None
        error = judged.result.error
        assert error is not None
        assert (error.type, error.message, error.line) == (
            "NotInInventory",
            "not in this inventory: `Hidden`",
            2,
        )


def test_a_lookup_is_tried_as_a_mock_where_the_policy_takes_text(
    checkout: Checkout, tmp_path: Path
) -> None:
    checkout.helper("panther_aws_helpers", HELPER)
    takes_text = LOOKS_UP.replace(
        '    return owner["Days"] > 5',
        "    if isinstance(owner, str):\n        owner = json.loads(owner)\n"
        '    return owner["Days"] > 5',
    )
    checkout.policy("c", body="import json\n" + takes_text)
    checkout.policy("d", body=LOOKS_UP)
    documents = [
        {"ResourceId": "r0", "ResourceType": "AWS.S3.Bucket", "Next": "r1", "Days": 9},
        {"ResourceId": "r1", "ResourceType": "AWS.S3.Bucket", "Next": "r0", "Days": 1},
    ]
    file = tmp_path / "inventory.json"
    file.write_text(json.dumps(documents))
    with Live(checkout) as live:
        live.wait_for_run()
        use(live, str(file))
        for number, (spec, verdict) in enumerate(
            {"policies/c.yml": Verdict.FAIL, "policies/d.yml": Verdict.ERROR}.items()
        ):
            since = live.now
            live.engine.send(ListScanned(spec))
            (row,) = live.wait_for(ScannedListed, since).rows
            live.engine.send(OpenScanned(spec, row.key))
            case = live.wait_for(ScannedOpened, since).case
            live.engine.send(TryCase(number, spec, case))
            tried = live.wait_for(CaseTried, since)
            assert tried.result is not None
            assert (row.verdict, tried.result.verdict) == (Verdict.FAIL, verdict)


def test_a_real_resource_of_an_inventory_that_was_given_up_is_judged_as_any_test(
    checkout: Checkout, tmp_path: Path
) -> None:
    checkout.helper("panther_aws_helpers", HELPER)
    checkout.policy("c", body=LOOKS_UP)
    spec = "policies/c.yml"
    file = tmp_path / "inventory.json"
    file.write_text(
        '{"ResourceId": "r0", "ResourceType": "AWS.S3.Bucket", "Next": "r0", "Days": 1}'
    )
    with Live(checkout) as live:
        live.wait_for_run()
        use(live, str(file))
        live.engine.send(ListScanned(spec))
        (row,) = live.wait_for(ScannedListed).rows
        live.engine.send(OpenScanned(spec, row.key))
        live.engine.send(OpenScratch(spec, live.wait_for(ScannedOpened).case))
        live.engine.send(UseInventory(()))
        live.wait(lambda: live.state.scan.inventory is None)
        live.engine.send(JudgeScratch(1))
        judged = live.wait_for(ScratchJudged)
        assert judged.result is not None
        assert judged.result.error is not None
        assert judged.result.error.type == "TypeError", "the Mock returns text, as in any test"


def test_what_an_alert_function_reads_in_vain_is_no_error_of_a_real_resource(
    checkout: Checkout, tmp_path: Path
) -> None:
    body = (
        "def policy(resource):\n    return False\n\n\n"
        "def title(resource):\n    return resource.get('Hidden')\n"
    )
    checkout.policy("c", body=body)
    spec = "policies/c.yml"
    document = {"ResourceId": "r0", "ResourceType": "AWS.S3.Bucket"}
    file = tmp_path / "inventory.json"
    file.write_text(json.dumps({"mapping": "m", "unfilled": "Hidden", "document": document}))
    with Live(checkout) as live:
        live.wait_for_run()
        use(live, str(file))
        live.engine.send(ListScanned(spec))
        (row,) = live.wait_for(ScannedListed).rows
        assert row.verdict is Verdict.FAIL
        live.engine.send(OpenScanned(spec, row.key))
        live.engine.send(OpenScratch(spec, live.wait_for(ScannedOpened).case))
        live.engine.send(JudgeScratch(1))
        judged = live.wait_for(ScratchJudged)
        assert judged.result is not None
        assert judged.result.verdict is Verdict.FAIL
