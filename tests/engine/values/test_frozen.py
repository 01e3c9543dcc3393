"""Frozen values behave as those of the standard library do, whatever is done with them."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field
from typing import Any, ClassVar

import msgspec
import pytest

from panther_engine.values import frozen

MADE = 0


def _count() -> tuple[int, ...]:
    global MADE
    MADE += 1
    return (MADE,)


class _Shape:
    """What both decorators make a class of."""

    name: str
    numbers: tuple[int, ...] = ()
    counted: tuple[int, ...] = field(default_factory=_count, compare=False)
    hidden: str = field(default="-", repr=False)
    unhashed: list[str] = field(default_factory=list, hash=False)

    @property
    def shout(self) -> str:
        """The name, aloud."""
        return self.name.upper()


def _made(decorator: Callable[..., Any], qualname: str) -> Any:
    spaces = {
        name: it for name, it in vars(_Shape).items() if name not in ("__dict__", "__weakref__")
    }
    plain = type("Told", (), spaces)
    plain.__qualname__ = qualname
    return decorator(plain, frozen=True, slots=True)


Ours = _made(frozen.dataclass, "Ours")
Ours.__name__ = "Ours"
Standard = _made(dataclasses.dataclass, "Standard")
Standard.__name__ = "Standard"
both = pytest.mark.parametrize("made", [Ours, Standard], ids=["ours", "standard"])


@both
def test_values_are_made_by_place_and_by_name_with_defaults(made: Any) -> None:
    value = made("a", numbers=(1, 2))
    assert (value.name, value.numbers, value.hidden, value.unhashed) == ("a", (1, 2), "-", [])
    assert made("a").counted != made("a").counted
    assert made("a", (), (7,)).counted == (7,)
    assert value.shout == "A"


@both
@pytest.mark.parametrize(
    ("values", "named"), [((), {}), (("a",), {"name": "b"}), (("a",), {"other": 1})]
)
def test_wrong_arguments_are_refused(
    made: Any, values: tuple[str, ...], named: dict[str, Any]
) -> None:
    with pytest.raises(TypeError, match=r"__init__\(\)"):
        made(*values, **named)


@both
def test_values_are_equal_by_the_fields_that_are_compared_and_by_their_class(made: Any) -> None:
    assert made("a") == made("a")
    assert made("a") != made("b")
    assert made("a", hidden="x") != made("a")
    assert Ours("a") != Standard("a")
    assert made("a") != ("a", ())
    same = float("nan")
    if made is Ours or sys.version_info < (3, 13):  # from then on the standard one asks each field
        assert made(same) == made(same), "the same object counts as equal, as in a tuple"


@both
def test_hashes_are_of_the_fields_that_are_hashed(made: Any) -> None:
    assert hash(made("a", unhashed=["x"])) == hash(made("a")) == hash(("a", (), "-"))


@both
def test_nothing_can_be_set_deleted_or_added(made: Any) -> None:
    value = made("a")
    for name in ("name", "other"):
        with pytest.raises((FrozenInstanceError, AttributeError, TypeError)):
            setattr(value, name, "b")
    with pytest.raises(FrozenInstanceError):
        del value.name
    assert not hasattr(value, "__dict__")
    assert value.name == "a"


@both
def test_a_value_shows_itself(made: Any) -> None:
    inside: list[Any] = []
    value = made("a", (1,), (2,), "-", inside)
    assert repr(value) == f"{made.__qualname__}(name='a', numbers=(1,), counted=(2,), unhashed=[])"
    inside.append(value)
    assert "unhashed=[...]" in repr(value)


@both
def test_the_standard_functions_take_values_as_what_they_are(made: Any) -> None:
    value = made("a", (1,), (2,))
    assert all(dataclasses.is_dataclass(one) for one in (made, value))
    assert dataclasses.replace(value, name="b") == made("b", (1,), (2,))
    assert dataclasses.asdict(value) == {
        "name": "a", "numbers": (1,), "counted": (2,), "hidden": "-", "unhashed": [],
    }  # fmt: skip
    assert made.__match_args__ == ("name", "numbers", "counted", "hidden", "unhashed")
    match value:
        case made(name, numbers):
            assert (name, numbers) == ("a", (1,))


@both
def test_values_are_copied_and_pickled(made: Any) -> None:
    value = made("a", (1,), (2,), "x", ["y"])
    for other in (pickle.loads(pickle.dumps(value)), copy.copy(value), copy.deepcopy(value)):
        assert other == value
        assert other.counted == (2,)
    assert copy.deepcopy(value).unhashed is not value.unhashed


@frozen.dataclass(frozen=True, slots=True)
class Sent:
    """Crosses a file, as MessagePack."""

    name: str
    numbers: tuple[int, ...] = ()


def test_values_are_written_and_read_as_messages() -> None:
    value = Sent("a", (1, 2))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(value), type=Sent) == value
    with pytest.raises(msgspec.ValidationError):
        msgspec.msgpack.decode(msgspec.msgpack.encode({"name": 1}), type=Sent)


def test_what_is_no_field_in_its_place_is_left_to_the_standard_library() -> None:
    @frozen.dataclass(frozen=True, slots=True)
    class Odd:
        kind: ClassVar[str] = "odd"
        name: str
        later: int = field(default=1, kw_only=True)
        found: str = field(default="", init=False)

    @frozen.dataclass(frozen=True, slots=True)
    class Own:
        name: str

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Own)

        def __hash__(self) -> int:
            return 1

    @frozen.dataclass
    class Open:
        name: str

    assert (Odd("a", later=2).later, Odd("a").found, Odd.kind) == (2, "", "odd")
    assert (Own("a") == Own("b"), hash(Own("a"))) == (True, 1)
    changed = Open("a")
    changed.name = "b"
    assert changed == Open("b")


def test_a_class_is_done_with_its_fields_before_it_ends() -> None:
    @frozen.dataclass(frozen=True, slots=True)
    class Checked:
        number: int

        def __post_init__(self) -> None:
            if self.number < 0:
                raise ValueError("negative")

    @frozen.dataclass(frozen=True, slots=True)
    class Empty:
        pass

    with pytest.raises(ValueError, match="negative"):
        Checked(-1)
    assert (Checked(1).number, Empty() == Empty(), hash(Empty())) == (1, True, hash(()))
