"""Imports project code from memory, so that what runs is exactly what was hashed.

The loader derives from no class of `importlib.abc` at run time: importing that would cost a start
8 ms, since it imports `tempfile`, `shutil`, `pathlib` and more.
"""

import importlib.machinery
import importlib.util
import os
import sys
import types
import warnings
from typing import TYPE_CHECKING, Any, Callable, Dict, Optional, Sequence, Tuple

if TYPE_CHECKING:
    from importlib.abc import InspectLoader
else:
    InspectLoader = object

Source = Tuple[str, bytes]
"""Absolute path and content of a Python file."""
Recode = Callable[[str, bytes], Optional[types.CodeType]]
"""Makes other code for a file, such as code that is observed; None to leave it as it is."""


def compile_source(path: str, content: bytes) -> types.CodeType:
    """The code of a file, as `import` would make it. Raises what `compile` raises."""
    code: types.CodeType = compile(content, path, "exec", dont_inherit=True)
    return code


class MemoryLoader(InspectLoader):
    """Loads one module from memory."""

    def __init__(
        self, path: str, content: bytes, code: Optional[types.CodeType], told: str = ""
    ) -> None:
        """Load what stands in the file `path`; the module is told that it is in `told`, if that."""
        self._source_path = path
        self.path = told or path
        """As the module sees it; what Python's own loader has, too."""
        self.content = content
        self._code = code

    def get_source(self, fullname: str) -> Optional[str]:
        """The text, for tracebacks and `inspect`."""
        return importlib.util.decode_source(self.content)

    def get_filename(self, fullname: str) -> str:
        """What `__file__` is."""
        return self.path

    def get_data(self, path: str) -> bytes:
        """The content of a file. Raises OSError."""
        with open(path, "rb") as file:
            return file.read()

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        """As Python makes it."""

    def is_package(self, fullname: str) -> bool:
        """Never."""
        return False

    def get_code(self, fullname: str) -> types.CodeType:
        """The compiled module; compiled again where compiling failed, to raise it here."""
        return self._code or compile_source(self._source_path, self.content)

    def with_code(self, make: Recode) -> "MemoryLoader":
        """A loader of the same file with the code that `make` gives, if it gives any."""
        path, content = self._source_path, self.content
        return MemoryLoader(path, content, make(path, content) or self._code, self.path)

    def exec_module(self, module: types.ModuleType) -> None:
        """Run the module's code."""
        exec(self.get_code(module.__name__), module.__dict__)  # running it is the purpose


def make_module(name: str, loader: MemoryLoader) -> types.ModuleType:
    """A module as PAT's `spec_from_file_location` gives it: not in `sys.modules`."""
    spec = importlib.util.spec_from_file_location(name, loader.path, loader=loader)
    if spec is None:
        raise ImportError(f"cannot load {loader.path}", name=name, path=loader.path)
    return importlib.util.module_from_spec(spec)


class GlobalsFinder:
    """Finds globals by GlobalID, after everything else: PAT appends their folder to `sys.path`."""

    def __init__(self) -> None:
        self.folder = ""
        """Where copies of them lie, alone, as PAT has it: what `__file__` is in. Empty if nowhere.
        """
        self._sources: Dict[str, Tuple[str, bytes, Optional[types.CodeType]]] = {}
        """Path, content and code of each."""
        self.imported: Dict[str, str] = {}
        """Path of every global that was looked for and found, by GlobalID."""
        self.recode: Optional[Recode] = None
        """Makes the code of globals that are imported from now on."""
        self.rewritten: Any = None
        """What an observer rewrote before (`observe.rewrite.RewrittenFiles`), if one was asked."""

    def find_spec(
        self, fullname: str, path: Optional[Sequence[str]], target: Any = None
    ) -> Optional[importlib.machinery.ModuleSpec]:
        """The spec of a global, if `fullname` is one."""
        source = self._sources.get(fullname)
        if source is None or path is not None:
            return None
        self.imported[fullname] = source[0]
        told = os.path.join(self.folder, f"{fullname}.py") if self.folder else ""
        loader = MemoryLoader(*source, told)
        if self.recode is not None:
            loader = loader.with_code(self.recode)
        return importlib.util.spec_from_file_location(fullname, loader.path, loader=loader)

    def forget_imported(self) -> None:
        """Have globals imported anew from now on."""
        for name in self.imported:
            sys.modules.pop(name, None)
        self.imported = {}

    def is_shadowed(self) -> bool:
        """Whether an installed module was found under the ID of a global: it outlives a job."""
        return any(name in sys.modules and name not in self.imported for name in self._sources)

    def path_of_copy(self, path: str) -> str:
        """The file in the checkout that a file in the folder is a copy of; empty if of none."""
        name, ending = os.path.splitext(os.path.basename(path))
        source = self._sources.get(name) if ending == ".py" else None
        return source[0] if source is not None else ""

    def update(self, changed: Dict[str, Source], removed: Sequence[str]) -> None:
        """Take these globals from now on. Compiles, but never runs them."""
        for name in removed:
            self._sources.pop(name, None)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for name, (path, content) in changed.items():
                try:
                    code = compile_source(path, content)
                except (SyntaxError, ValueError, MemoryError, RecursionError):
                    code = None
                self._sources[name] = (path, content, code)

    def rewrite(self, name: str) -> None:
        """Have a global rewritten and kept, for whoever observes it later."""
        source = self._sources.get(name)
        if source is not None and self.rewritten is not None:
            try:
                self.rewritten.get(source[0], source[1])
            except (SyntaxError, ValueError, MemoryError, RecursionError):
                pass  # who imports it will hear of it

    def install(self) -> None:
        """Take part in imports, last."""
        if self not in sys.meta_path:
            sys.meta_path.append(self)
