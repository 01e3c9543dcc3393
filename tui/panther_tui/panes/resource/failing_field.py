"""Which field of the resource the line names on which a test failed. Pure."""

from __future__ import annotations

import re

from panther_engine.model import JsonValue
from panther_engine.state import State
from panther_tui.triage.selection import Selection, place_of_failure
from panther_tui.views.highlight import split_lines
from panther_tui.views.json_lines import Path

_TEXT = re.compile(r"""(["'])((?:(?!\1)[^\\]|\\.)*)\1""")


def field_of_failure(state: State, selection: Selection) -> Path:
    """The path that the failing line of the body goes into the resource; empty if it names none.

    Read from the text of the line alone, such as `resource["Grants"]`: what the run really read
    last is not known.
    """
    opened, place = state.opened, place_of_failure(state, selection)
    if opened is None or place is None or opened.policy.spec != selection.spec:
        return ()
    tests = opened.policy.tests
    lines = split_lines(opened.body_text or "") if place.path == opened.policy.body else []
    if not 0 < place.line <= len(lines) or selection.test >= len(tests):
        return ()
    return _descend(tests[selection.test].resource, lines[place.line - 1])


def _descend(value: JsonValue, line: str) -> Path:
    path: Path = ()
    for _, text in _TEXT.findall(line):
        if isinstance(value, dict) and text in value:
            path += (text,)
            value = value[text]
    return path
