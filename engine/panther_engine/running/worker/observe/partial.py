"""Documents of which something is not known, and what a policy reads of that.

A mapping from another shape cannot fill every field. A policy that reads one of those has no
verdict, whatever it returns and whatever it catches.
"""

import sys
from copy import deepcopy
from typing import Any, Dict, FrozenSet, Iterator, List, Optional, Tuple

ANY = "*"
"""Among the names: every other field of the top level is unknown too."""
KNOWN_ABSENT = "-"
"""Before a name: documents of this type never have this field."""

Tree = Dict[str, Any]
"""Names of fields that are unknown, at each level; an empty tree is the whole field."""


class NotInInventory(KeyError):  # noqa: N818 (users read this name)
    """An alert function read what the inventory does not hold."""


class Holes:
    """What was read during one evaluation and is unknown."""

    def __init__(self, body: str) -> None:
        """Make it; `body` is the file whose lines are told."""
        self._body = body
        self.read: List[str] = []
        self.line = 0
        """Of the body, where the first of them was read; 0 if it is not known."""
        self.refusing = False
        """Raise NotInInventory in place of noting it."""

    def begin(self) -> None:
        """Forget what was read."""
        self.read, self.line, self.refusing = [], 0, False

    def note(self, path: str) -> None:
        """A policy reads this field."""
        if self.refusing:
            raise NotInInventory(f"{path} is not in this inventory")
        if not self.read:
            self.line = self._line()
        if path not in self.read:
            self.read.append(path)

    def open(self, document: Any, unfilled: str) -> Any:
        """The document, such that reading what is unknown is noted."""
        tree: Tree = {}
        absent, strict = set(), False
        for name in unfilled.split("\n"):
            if name == ANY:
                strict = True
            elif name.startswith(KNOWN_ABSENT):
                absent.add(name[1:])
            else:
                below = tree
                for part in name.split("."):
                    below = below.setdefault(part, {})
        return _wrap(document, tree, "", self, frozenset(absent) if strict else None)

    def _line(self) -> int:
        frame = sys._getframe(2)
        while frame is not None:
            if frame.f_code.co_filename == self._body:
                return frame.f_lineno
            frame = frame.f_back  # type: ignore[assignment]
        return 0


def _wrap(
    value: Any, tree: Tree, path: str, holes: Holes, absent: Optional[FrozenSet[str]] = None
) -> Any:
    if isinstance(value, list):
        return [_wrap(one, tree, path, holes) if isinstance(one, dict) else one for one in value]
    if not isinstance(value, dict) or not (tree or absent is not None):
        return value
    known = {
        key: _wrap(one, tree[key], f"{path}{key}.", holes) if tree.get(key) else one
        for key, one in value.items()
    }
    unknown = frozenset(name for name, below in tree.items() if not below)
    return Partial(known, unknown, path, holes, absent)


class Partial(Dict[str, Any]):
    """A dict some of whose fields are unknown."""

    def __init__(
        self,
        known: Dict[str, Any],
        unknown: FrozenSet[str],
        path: str,
        holes: Holes,
        absent: Optional[FrozenSet[str]],
    ) -> None:
        super().__init__(known)
        self._about = (unknown, path, holes, absent)

    def _ask(self, key: Any) -> None:
        """Somebody reads this key."""
        unknown, path, holes, absent = self._about
        if key in unknown or (
            absent is not None
            and isinstance(key, str)
            and key not in absent
            and not dict.__contains__(self, key)
        ):
            holes.note(path + key)

    def _ask_all(self) -> None:
        """Somebody reads everything that there is."""
        unknown, path, holes, _ = self._about
        for name in sorted(unknown):
            holes.note(path + name)

    def _again(self, known: Dict[str, Any]) -> "Partial":
        return Partial(known, *self._about)

    def __getitem__(self, key: Any) -> Any:
        self._ask(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._ask(key)
        return super().__contains__(key)

    def get(self, key: Any, default: Any = None) -> Any:
        """As a dict's."""
        self._ask(key)
        return super().get(key, default)

    def pop(self, key: Any, *default: Any) -> Any:
        """As a dict's."""
        self._ask(key)
        return super().pop(key, *default)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """As a dict's."""
        self._ask(key)
        return super().setdefault(key, default)

    def __iter__(self) -> Iterator[str]:
        self._ask_all()
        return super().__iter__()

    def __len__(self) -> int:
        self._ask_all()
        return super().__len__()

    def __bool__(self) -> bool:
        return super().__len__() > 0

    def __eq__(self, other: object) -> bool:
        self._ask_all()
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None

    def __repr__(self) -> str:
        self._ask_all()
        return super().__repr__()

    def __reversed__(self) -> Iterator[str]:
        self._ask_all()
        return reversed(list(super().keys()))

    def keys(self) -> Any:
        """As a dict's."""
        self._ask_all()
        return super().keys()

    def values(self) -> Any:
        """As a dict's."""
        self._ask_all()
        return super().values()

    def items(self) -> Any:
        """As a dict's."""
        self._ask_all()
        return super().items()

    def popitem(self) -> Tuple[str, Any]:
        """As a dict's."""
        self._ask_all()
        return super().popitem()

    def copy(self) -> "Partial":
        """As a dict's: what is unknown is so in the copy too."""
        return self._again(dict(dict.items(self)))

    __copy__ = copy

    def __deepcopy__(self, memo: Any) -> "Partial":
        return self._again({key: deepcopy(one, memo) for key, one in dict.items(self)})
