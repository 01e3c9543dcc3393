"""Differences from PAT that are meant. Each has a section of the same name in `docs/parity.md`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.parity.compare import Difference
from tests.parity.verdicts import SpecVerdict, TestVerdict, Verdicts


@dataclass(frozen=True, slots=True)
class Rule:
    """Why a difference is meant."""

    name: str
    explains: Callable[[Difference, Verdicts], bool]
    """Of a difference, and of all our verdicts on that repository."""
    moves_exit: bool = False
    """Whether it accounts for another exit code as well."""


def explain(
    differences: Sequence[Difference], ours: Verdicts
) -> list[tuple[Difference, Rule | None]]:
    """Each difference of one repository with the rule that explains it, if there is one."""
    found = [(one, next((r for r in RULES if r.explains(one, ours)), None)) for one in differences]
    mover = next((rule for _, rule in found if rule is not None and rule.moves_exit), None)
    return [(one, mover if rule is None and one.what == "exit" else rule) for one, rule in found]


def _is_unique(found: Difference, ours: Verdicts) -> bool:
    return found.what == "function" and found.function == "unique" and found.pat is None


def _is_alert_of_wrong_fail(found: Difference, ours: Verdicts) -> bool:
    test = found.ours
    return (
        found.what == "function"
        and found.pat is None
        and isinstance(test, TestVerdict)
        and test.expected is True
        and test.functions["policy"].output == "false"
    )


def _is_own_words(found: Difference, ours: Verdicts) -> bool:
    if found.what != "error" or not (isinstance(found.pat, str) and isinstance(found.ours, str)):
        return False
    kind = found.pat.partition(":")[0]
    if found.pat == "AttributeError: __name__":
        return found.ours.startswith("FunctionReturnTypeError")
    if found.ours.partition(":")[0] != kind:
        return False
    return (
        kind == "FunctionReturnTypeError"
        or (kind == "AssertionError" and found.function == "severity")
        or (kind == "TypeError" and found.pat.endswith("is not JSON serializable"))
    )


def _is_destination_name(found: Difference, ours: Verdicts) -> bool:
    return (
        found.what == "output" and found.function == "destinations" and "<uuid>" in str(found.pat)
    )


def _is_unique_accounting(found: Difference, ours: Verdicts) -> bool:
    return found.what == "counted" and found.pat is False and found.ours is True


def _is_nothing_to_test(found: Difference, ours: Verdicts) -> bool:
    return found.what == "exit" and found.pat in (0, 1) and found.ours == 2


def _is_json_spec(found: Difference, ours: Verdicts) -> bool:
    return found.what in ("policy", "fault") and found.spec.endswith(".json") and not found.pat


def _is_survived(found: Difference, ours: Verdicts) -> bool:
    if found.what != "died" or ours.exit != 1:
        return False
    broken = [spec for spec, policy in ours.policies.items() if not _is_good(policy)]
    return len(broken) + len(ours.faulty) >= 1 and len(broken) < max(len(ours.policies), 2)


def _is_good(policy: SpecVerdict) -> bool:
    return policy.valid and not policy.failed


def _is_fault_of_global(found: Difference, ours: Verdicts) -> bool:
    return found.what == "fault" and found.pat is None and found.spec.endswith(".py")


def _is_log(found: Difference, ours: Verdicts) -> bool:
    return found.what == "printed" and not found.pat and "from the log" in str(found.ours)


def _is_warning(found: Difference, ours: Verdicts) -> bool:
    return found.what == "printed" and "Warning:" in f"{found.pat}{found.ours}"


def _is_hash_order(found: Difference, ours: Verdicts) -> bool:
    lines = [str(text).splitlines() for text in (found.pat, found.ours)]
    return found.what == "printed" and sorted(lines[0]) == sorted(lines[1])


def _is_refused_global(found: Difference, ours: Verdicts) -> bool:
    return (
        found.what == "valid"
        and found.ours is True
        and "ModuleNotFoundError" in str(found.pat)
        and any(path.startswith("global_helpers/") for path in ours.faulty)
    )


def _is_elsewhere(found: Difference, ours: Verdicts) -> bool:
    return found.what == "elsewhere"


def _is_yaml_without_type(found: Difference, ours: Verdicts) -> bool:
    return found.what == "fault" and found.ours is None and "while parsing" in str(found.pat)


RULES = (
    Rule("unique-shown", _is_unique),
    Rule("alerts-of-a-wrong-fail", _is_alert_of_wrong_fail),
    Rule("own-words", _is_own_words),
    Rule("destination-names", _is_destination_name),
    Rule("unique-counts", _is_unique_accounting, moves_exit=True),
    Rule("nothing-to-test", _is_nothing_to_test),
    Rule("json-specs", _is_json_spec, moves_exit=True),
    Rule("survives", _is_survived),
    Rule("fault-of-a-global", _is_fault_of_global, moves_exit=True),
    Rule("refused-global", _is_refused_global),
    Rule("logged-text", _is_log),
    Rule("python-warnings", _is_warning),
    Rule("hash-order", _is_hash_order),
    Rule("other-detections", _is_elsewhere, moves_exit=True),
    Rule("yaml-of-others", _is_yaml_without_type, moves_exit=True),
)
"""In the order in which they are asked."""
