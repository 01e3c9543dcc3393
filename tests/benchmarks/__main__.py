"""`make bench`: print one JSON line a figure."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator

from tests.benchmarks.figure import Figure
from tests.benchmarks.figures import (
    at_rest,
    cold_run,
    cold_run_quick,
    endless_loop,
    first_paint,
    first_result,
    help_time,
    helper_saved,
    key_in_run,
    key_to_paint,
    save_to_painted,
    ten_thousand,
    what_if,
)
from tests.benchmarks.scanning import scan_moved, scan_rate
from tests.benchmarks.why import all_mutants, insight_painted, save_without_why, survivors_painted
from tests.benchmarks.workplace import Workplace, prepare
from tests.environments import MissingCheckoutError, find_checkout

MODULES = (
    cold_run,
    cold_run_quick,
    first_result,
    help_time,
    first_paint,
    save_to_painted,
    helper_saved,
    key_to_paint,
    key_in_run,
    at_rest,
    endless_loop,
    ten_thousand,
    insight_painted,
    survivors_painted,
    all_mutants,
    save_without_why,
    what_if,
    scan_rate,
    scan_moved,
)
MEASURES: dict[str, Callable[[Workplace], Iterator[Figure]]] = {
    module.__name__.rpartition(".")[2]: module.measure for module in MODULES
}


def main() -> int:
    """Measure what is asked for; 1 if something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("checkout", help="of panther-analysis")
    parser.add_argument("figures", nargs="*", help=f"of {', '.join(MEASURES)} (all)")
    arguments = parser.parse_args()
    if unknown := set(arguments.figures) - set(MEASURES):
        parser.error(
            f"no such figure: {', '.join(sorted(unknown))}; there are {', '.join(MEASURES)}"
        )
    try:
        checkout = find_checkout(arguments.checkout)
    except MissingCheckoutError as missing:
        print(missing, file=sys.stderr)
        return 2
    workplace = prepare(checkout)
    failed = False
    for name, measure in MEASURES.items():
        if arguments.figures and name not in arguments.figures:
            continue
        try:
            for figure in measure(workplace):
                print(figure.line(), flush=True)
        except Exception as error:
            failed = True
            print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
