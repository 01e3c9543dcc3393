"""Keeps what a session found out for the next one: what was parsed, and the results."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from panther_engine.model import PolicyResult
from panther_engine.reading.repository.parse_cache import Parsed, ParsedFile
from panther_engine.reading.repository.repository import Repository
from panther_engine.session.memory.result_cache import load_results, results_file, save_results
from panther_engine.session.options import SessionOptions


class SessionMemory:
    """The two files of a checkout in the cache. What goes wrong with them is told once."""

    def __init__(
        self, options: SessionOptions, check_syntax: bool, warn: Callable[[str], None]
    ) -> None:
        """`check_syntax` is how the checkout is read; `warn` is told what goes wrong."""
        self._warn = warn
        self._python = options.python
        self._results_file = results_file(options.root)
        self._parsed_file = ParsedFile(options.root, options.scopes, check_syntax)
        self.parsed: Parsed = self._parsed_file.load(warn)
        self._parsed_is_kept = False
        self._failed = False

    def load_results(self, repository: Repository) -> tuple[PolicyResult, ...]:
        """The results that are still of what the repository holds."""
        return load_results(self._results_file, repository, self._python, self._warn)

    def save(
        self, repository: Repository, results: Iterable[PolicyResult], *, closing: bool
    ) -> None:
        """Keep these results, and what was parsed: a megabyte, so not after every save."""
        try:
            save_results(self._results_file, repository, self._python, results)
            if closing or not self._parsed_is_kept:
                self._parsed_is_kept = True
                self._parsed_file.save(self.parsed)
        except OSError as error:
            if not self._failed:
                self._failed = True
                self._warn(f"results cannot be kept for the next start: {error}")
