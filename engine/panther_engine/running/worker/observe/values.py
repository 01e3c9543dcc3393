"""Values as one bounded line of text, without running any code of a policy's."""

import datetime
import decimal
import types
from typing import Any, Dict, FrozenSet, List, Optional, Set, Tuple

TEXT_LIMIT = 200
"""Characters kept of a text that a value is or holds."""
ITEMS_LIMIT = 8
"""Items shown of a container."""
LEVELS_LIMIT = 3
LENGTH_LIMIT = 400
"""Characters of the whole line."""
SCALARS = frozenset({bool, int, float, str, type(None)})
CONTAINERS: FrozenSet[type] = frozenset({dict, list, tuple, set, frozenset})
VIEWS = frozenset({type({}.keys()), type({}.values()), type({}.items())})
SAFE = frozenset(
    {
        bytes,
        complex,
        range,
        datetime.datetime,
        datetime.date,
        datetime.time,
        datetime.timedelta,
        datetime.timezone,
        decimal.Decimal,
    }
)
"""Types whose text runs no code but Python's own."""
SAFE_MODULES = frozenset({"ipaddress", "uuid", "fractions", "re"})


def text_of(value: Any, level: int = 0) -> str:
    """A value as Python would write it, cut to the limits."""
    kind = type(value)
    if kind is str:
        return repr(value) if len(value) <= TEXT_LIMIT else repr(value[:TEXT_LIMIT]) + "…"
    if kind is int and value.bit_length() > 512:
        return f"<int of {value.bit_length()} bits>"
    if kind in SCALARS:
        return repr(value)
    if kind in CONTAINERS or kind in VIEWS:
        text = _container(value, kind, level)
    elif kind in SAFE or kind.__module__ in SAFE_MODULES:
        try:
            text = repr(value[:TEXT_LIMIT]) if kind is bytes else str(value)
        except Exception:  # a value in the making, or a type that only calls itself so
            text = f"<{kind.__name__}>"
    else:
        text = _other(value, kind)
    return text if len(text) <= LENGTH_LIMIT else text[: LENGTH_LIMIT - 1] + "…"


def size_of(value: Any) -> Optional[int]:
    """How many items a plain container or text has; None for anything else."""
    kind = type(value)
    if kind in CONTAINERS or kind in VIEWS or kind is str or kind is bytes:
        return len(value)
    return None


def _container(value: Any, kind: type, level: int) -> str:
    if level >= LEVELS_LIMIT:
        closed: Dict[Any, str] = {list: "[…]", tuple: "(…)"}
        return closed.get(kind, "{…}") if value else _empty(kind)
    if not value and kind not in VIEWS:
        return _empty(kind)
    shown: List[str] = []
    try:
        for item in value.items() if kind is dict else value:
            if len(shown) == ITEMS_LIMIT:
                shown.append("…")
                break
            if kind is dict:
                shown.append(f"{text_of(item[0], level + 1)}: {text_of(item[1], level + 1)}")
            else:
                shown.append(text_of(item, level + 1))
    except RuntimeError:
        shown.append("…")  # another thread changes it
    if kind in (set, frozenset):
        shown.sort()
    inside = ", ".join(shown)
    if kind is list or kind in VIEWS:
        return f"[{inside}]"
    if kind is tuple:
        return f"({inside},)" if len(shown) == 1 else f"({inside})"
    return f"{{{inside}}}"


def _empty(kind: type) -> str:
    empty: Dict[Any, str] = {dict: "{}", list: "[]", tuple: "()"}
    return empty.get(kind, "set()")


def _other(value: Any, kind: type) -> str:
    if kind in (types.FunctionType, types.BuiltinFunctionType, types.MethodType):
        return f"<function {getattr(value, '__name__', '?')}>"
    if kind is types.ModuleType:
        return f"<module {getattr(value, '__name__', '?')}>"
    if kind is type:
        return f"<class {value.__name__}>"
    return f"<{kind.__name__}>"


def find_containers(
    value: Any, limit: int = 100_000
) -> "Tuple[dict[int, Tuple[Any, ...]], list[Any]]":
    """Paths of the dicts and lists in a resource by their identity, and the containers themselves.

    The caller keeps the containers for as long as it uses the identities. Of one that is found at
    several places the first counts.
    """
    paths: "dict[int, Tuple[Any, ...]]" = {}
    kept: List[Any] = []
    seen: Set[int] = set()
    level: List[Tuple[Tuple[Any, ...], Any]] = [((), value)]
    while level and len(kept) < limit:
        below: List[Tuple[Tuple[Any, ...], Any]] = []
        for path, one in level:
            if type(one) not in (dict, list) or id(one) in seen:
                continue
            seen.add(id(one))
            paths[id(one)] = path
            kept.append(one)
            pairs = one.items() if type(one) is dict else enumerate(one)
            below += [((*path, key), item) for key, item in pairs]
        level = below
    return paths, kept
