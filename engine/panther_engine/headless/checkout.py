"""A checkout for programs: check it, run its tests once, or watch it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from panther_engine.events import Event
from panther_engine.headless.check import Findings, check_selection
from panther_engine.headless.chosen_run import ChosenRun
from panther_engine.headless.request import Asked, RunRequest, find_python, select_paths
from panther_engine.reading.repository.pat_settings import (
    PatSettings,
    load_pat_settings,
)
from panther_engine.reading.repository.walk.discover import find_root
from panther_engine.reading.selection.filters import parse_filters
from panther_engine.reading.selection.targets import Selection, SelectionError
from panther_engine.running.jobs.report import RunOptions, RunReport
from panther_engine.running.jobs.warm_up import warm_up
from panther_engine.session.options import SessionOptions
from panther_engine.session.session import Session

DEFAULTS = RunOptions()


@dataclass(frozen=True, slots=True)
class Checkout:
    """A directory with policies. It holds nothing that was read: each call reads the disk anew."""

    root: Path
    """Absolute: the nearest ancestor with `.git`, or what looks like one that holds policies."""
    settings: PatSettings
    """Of its `.panther_settings.yml`, as PAT understands them."""

    def check(self, paths: Sequence[str] = ()) -> Findings:
        """Find faults in specs, bodies and globals without running any of their code.

        Args:
            paths: directories and files, relative to the root; without any, what PAT would test.

        Raises:
            SelectionError: there is no such path.
            NothingToCheckError: there is, and it holds neither a policy nor a global.
        """
        return check_selection(self._select(paths), asked=bool(paths))

    def run(
        self,
        paths: Sequence[str] = (),
        *,
        filters: Sequence[str] = (),
        names: Sequence[str] = (),
        tests: Sequence[str] = (),
        failed: bool = False,
        options: RunOptions = DEFAULTS,
        on_event: Callable[[Event], None] = lambda event: None,
    ) -> RunReport:
        """Run tests once. Blocks; not to be called where an event loop runs.

        Args:
            paths: `PATH` or `PATH:LINE`, relative to the root: a directory, a spec, a body or a
                global (then: what it affects). Without any, what PAT would test.
            filters: `KEY=VALUE` as PAT takes it; all must hold.
            names: tests with one of these texts in their name.
            tests: tests of one of these names.
            failed: only tests that failed when they last ran.
            options: how to run; the Python is looked for in the checkout unless they name one.
            on_event: called on this thread for each event: `RunStarted`, then `PolicyStarted`,
                `TestFinished` and `PolicyFinished` as they come, and `Notice`. A run that began
                with a few policies while the others were read starts a second time, with all.

        Raises:
            SelectionError: there is no such path or name; NothingFoundError, a kind of it, if
                nothing is left to run.
            FilterError: a filter that PAT would not take.
            InterpreterError: the Python that was asked for is not there.
            OSError: the Python cannot be run.
        """
        wanted = parse_filters(tuple(filters))
        options = self._with_settings(options)
        asked = Asked(
            RunRequest(tuple(paths), tuple(filters), tuple(names), tuple(tests), failed),
            self._select(paths),
            wanted,
            self.settings,
            options,
            find_python(self.root, options.python),
        )
        workers = warm_up(self.root, asked.python.path, options)
        try:
            run = ChosenRun(asked)
            report = run.run(workers, on_event)
        finally:
            workers.close()
        run.remember()
        return report

    def session(
        self,
        on_event: Callable[[Event], None],
        *,
        options: RunOptions = DEFAULTS,
        poll: bool = False,
    ) -> Session:
        """A session that runs everything, and then what each change on the disk affects.

        `await session.run()` lives until `session.handle(Close())`; other commands of `events`
        are handled the same way. `on_event` is called on that event loop; `state.reduce` turns
        the events into a `State`. With `poll` the disk is looked at instead of being told of.
        Starts a worker process: raises InterpreterError and OSError as `run` does.
        """
        options = self._with_settings(options)
        python = find_python(self.root, options.python)
        return Session(
            SessionOptions.of(self.root, python, self.settings, options, poll=poll), on_event
        )

    def _select(self, paths: Sequence[str]) -> Selection:
        selection = select_paths(paths, self.root)
        if selection.root != self.root:
            raise SelectionError(
                f"{paths[0]} lies in another repository, {selection.root}: open that one"
            )
        return selection

    def _with_settings(self, options: RunOptions) -> RunOptions:
        """What the options leave open is as PAT's settings say."""
        settings = self.settings
        return replace(
            options,
            minimum_tests=options.minimum_tests or settings.minimum_tests,
            available_destinations=options.available_destinations or settings.available_destination,
        )


def open_checkout(path: str | os.PathLike[str] = ".") -> Checkout:
    """The checkout that holds `path`. Raises SelectionError if there is no such path."""
    place = Path(os.path.abspath(path))
    if not place.exists():
        raise SelectionError(f"{path}: there is no such file or directory")
    root = find_root(place)
    return Checkout(root, load_pat_settings(root))
