"""Removes the worker's own modules from `sys.modules`, so that policies cannot import them."""

import sys
import types
from contextlib import contextmanager
from typing import Dict, Iterator

_HIDDEN: Dict[str, types.ModuleType] = {}


def hide(package: str) -> None:
    """Take a package and all its modules out of `sys.modules`: they live on."""
    for name in list(sys.modules):
        if name == package or name.startswith(package + "."):
            _HIDDEN[name] = sys.modules.pop(name)


@contextmanager
def shown() -> Iterator[None]:
    """Have them there for a moment, so that one of them can import what is rarely needed."""
    packages = {name.partition(".")[0] for name in _HIDDEN}
    sys.modules.update(_HIDDEN)
    try:
        yield
    finally:
        for package in packages:
            hide(package)
