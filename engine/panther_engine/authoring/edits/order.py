"""Where a key that is not there yet belongs among those that are.

The order is that of 75 of the 119 policies of Panther's own repository.
"""

from __future__ import annotations

from collections.abc import Sequence

from panther_engine.model import FieldPath
from panther_engine.reading.check.table import MOCK_KEYS, POLICY_KEYS, TEST_KEYS


def place_of_key(path: FieldPath, keys: Sequence[str]) -> int:
    """The index in `keys` at which the last key of a path is put; the end if nothing says more."""
    order = _order_at(path)
    name = path[-1]
    if len(path) == 1 and name not in order:
        return keys.index("Tests") if "Tests" in keys[-1:] else len(keys)
    if name not in order:
        return len(keys)
    rank = order.index(str(name))
    before = [index for index, key in enumerate(keys) if key in order and order.index(key) < rank]
    after = [index for index, key in enumerate(keys) if key in order and order.index(key) > rank]
    if before:
        nearest = max(before, key=lambda index: order.index(keys[index]))
        return nearest + 1
    return min(after, default=len(keys))


def _order_at(path: FieldPath) -> tuple[str, ...]:
    if len(path) == 1:
        return tuple(POLICY_KEYS)
    if path[0] == "Tests" and len(path) == 3:
        return tuple(TEST_KEYS)
    if path[0] == "Tests" and len(path) == 5 and path[2] == "Mocks":
        return tuple(MOCK_KEYS)
    return ()
