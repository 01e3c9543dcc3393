"""Every action that a key can cause, as one table: what it is called, its keys and where it works.

The footer, the help screen, the command palette, the bindings and docs/keys.md are made from it.
"""

from __future__ import annotations

from dataclasses import dataclass

TREE = "tree"
CODE = "code"
RESOURCE = "resource"
RESULTS = "results"
TRIAGE = "triage"
"""The walk through failing tests; its keys work while the walk is on and has the focus."""

PANES = (TREE, CODE, RESOURCE, RESULTS)
"""The panes in the order of the keys `1` to `4`."""

EVERYWHERE: tuple[str, ...] = ()

FOOTER_LIMIT = 8
"""The footer shows no more actions than this."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do.

    `keys` is a comma-separated list of Textual's key names, the first being the one that is shown.
    An action without `panes` works everywhere; the app answers it. One with panes is answered by
    the focused pane. `footer` orders the footer, 1 first; 0 keeps the action out of it.
    """

    id: str
    keys: str
    action: str
    description: str
    tooltip: str
    panes: tuple[str, ...] = EVERYWHERE
    footer: int = 0


_TEXTS = (CODE, RESOURCE, RESULTS)
_FOLDING = (TREE, RESOURCE)

ACTIONS: tuple[Action, ...] = (
    # Failures
    Action(
        "fail.next",
        "right_square_bracket,f8",
        "next_failure",
        "next failure",
        "Go to the next failing test, in whichever policy it is",
        footer=1,
    ),
    Action(
        "fail.previous",
        "left_square_bracket,shift+f8",
        "previous_failure",
        "previous failure",
        "Go to the previous failing test, in whichever policy it is",
    ),
    Action(
        "fail.goto",
        "full_stop",
        "goto_failure",
        "failing line",
        "Put the code view on the line that decided the selected test",
    ),
    Action(
        "triage.toggle",
        "i",
        "triage",
        "triage",
        "Walk through the failing tests one at a time; press it again or escape to stop",
    ),
    Action(
        "triage.next",
        "enter",
        "triage_next",
        "next",
        "Go to the next failing test; one that still fails stays as it is",
        (TRIAGE,),
        footer=2,
    ),
    Action(
        "triage.skip",
        "s",
        "triage_skip",
        "skip",
        "Put this failure off to the end of the walk",
        (TRIAGE,),
        footer=3,
    ),
    # Running
    Action("run.selected", "r", "run_selected", "run", "Run the selected policy's tests", footer=4),
    Action("run.all", "a", "run_all", "run all", "Run every policy's tests"),
    Action(
        "run.failed",
        "f",
        "run_failed",
        "failed",
        "Run exactly the failed tests, and list only failures until it is pressed again",
        footer=5,
    ),
    Action("run.cancel", "x", "cancel_run", "cancel", "Stop the run and forget what is queued"),
    Action(
        "watch.pause",
        "p",
        "toggle_pause",
        "pause",
        "Stop running what a change affects, or go on with it",
    ),
    Action(
        "watch.follow",
        "F",
        "toggle_follow",
        "follow",
        "Let the screen go to the policy that was just saved, or stay where it is",
    ),
    Action("pin", "m", "toggle_pin", "pin", "On a change run only this policy, or all affected"),
    Action("reload", "R,ctrl+r,f5", "reload", "reload", "Read every file and setting again"),
    # Editing and copying
    Action(
        "edit.code",
        "e",
        "edit_code",
        "edit",
        "Open the file in your editor, at the line of the cursor or of the failure",
        footer=6,
    ),
    Action("edit.test", "E", "edit_test", "edit test", "Open the spec in your editor, at the test"),
    Action("copy.text", "y", "copy_text", "copy", "Copy the line, value or failure at the cursor"),
    Action(
        "copy.place",
        "Y",
        "copy_place",
        "copy place",
        "Copy where the cursor is: file and line, the path in the resource, or the test's name",
    ),
    # The code pane, from anywhere
    Action(
        "code.other", "o", "next_source", "body/spec", "Show the next of body, spec and helpers"
    ),
    Action("code.other_back", "O", "previous_source", "body/spec back", "Show the one before"),
    # The screen
    Action("pane.1", "1", "focus_pane('tree')", "policies", "Go to the policies"),
    Action("pane.2", "2", "focus_pane('code')", "code", "Go to the code"),
    Action("pane.3", "3", "focus_pane('resource')", "resource", "Go to the resource"),
    Action("pane.4", "4", "focus_pane('results')", "results", "Go to the results"),
    Action(
        "view.zoom", "z", "zoom", "zoom", "Give the focused pane the whole screen, or put it back"
    ),
    Action("view.grow", "plus", "resize_pane(1)", "bigger", "Make the focused pane bigger"),
    Action(
        "view.shrink", "underscore", "resize_pane(-1)", "smaller", "Make the focused pane smaller"
    ),
    Action("view.layout", "L", "next_layout", "layout", "Arrange the panes in the next way"),
    Action("view.sidebar", "b", "toggle_sidebar", "sidebar", "Hide the policies, or show them"),
    Action("view.theme", "T", "choose_theme", "theme", "Choose a theme, seeing each as you go"),
    Action(
        "view.mouse",
        "M",
        "toggle_mouse",
        "mouse",
        "Leave the mouse to the terminal, for its own selection, or take it back",
    ),
    Action("view.redraw", "ctrl+l", "redraw", "redraw", "Paint the whole screen again"),
    # The app
    Action(
        "palette",
        "colon,ctrl+p",
        "command_palette",
        "commands",
        "Find any action or policy",
        footer=8,
    ),
    Action("help", "question_mark,f1", "help", "keys", "Say what every key does here", footer=9),
    Action(
        "about", "V", "about", "about", "Versions, interpreter, watcher and paths, for a bug report"
    ),
    Action(
        "problems",
        "exclamation_mark",
        "problems",
        "problems",
        "What is wrong in settings, themes and globals, and what the engine had to say",
    ),
    Action("back", "escape", "back", "back", "Close, clear the filter or go back; never quits"),
    Action("suspend", "ctrl+z", "suspend_process", "suspend", "Go to the shell; `fg` comes back"),
    Action("quit", "q,ctrl+q", "quit", "quit", "Leave"),
    # Moving
    Action("nav.down", "j,down", "cursor_down", "down", "One line down", PANES),
    Action("nav.up", "k,up", "cursor_up", "up", "One line up", PANES),
    Action(
        "nav.left", "h,left", "scroll_left", "left", "See what is further left", (CODE, RESULTS)
    ),
    Action(
        "nav.right",
        "l,right",
        "scroll_right",
        "right",
        "See what is further right",
        (CODE, RESULTS),
    ),
    Action("nav.top", "g,home", "cursor_top", "top", "To the first line", PANES),
    Action("nav.bottom", "G,end", "cursor_bottom", "bottom", "To the last line", PANES),
    Action(
        "nav.half_down", "ctrl+d", "half_page_down", "half page down", "Half a page down", PANES
    ),
    Action("nav.half_up", "ctrl+u", "half_page_up", "half page up", "Half a page up", PANES),
    Action("nav.page_down", "pagedown", "page_down", "page down", "A page down", PANES),
    Action("nav.page_up", "pageup", "page_up", "page up", "A page up", PANES),
    # Finding
    Action(
        "find.filter",
        "slash,ctrl+f",
        "filter",
        "filter",
        "List only policies that match: letters of the name, or KEY=VALUE",
        (TREE,),
        footer=7,
    ),
    Action(
        "find.search",
        "slash,ctrl+f",
        "search",
        "search",
        "Find text in this pane",
        _TEXTS,
        footer=7,
    ),
    Action("find.next", "n", "search_next", "next match", "To the next match", _TEXTS),
    Action(
        "find.previous", "N", "search_previous", "previous match", "To the previous match", _TEXTS
    ),
    # Folding
    Action("fold.toggle", "space", "toggle_fold", "fold", "Fold or unfold this", _FOLDING),
    Action("fold.close", "h,left", "fold", "close", "Fold this, or go to what holds it", _FOLDING),
    Action("fold.open", "l,right", "unfold", "open", "Unfold this, or go into it", _FOLDING),
    Action("fold.close_all", "minus", "fold_all", "close all", "Fold everything", _FOLDING),
    Action("fold.open_all", "equals_sign", "unfold_all", "open all", "Unfold everything", _FOLDING),
    # One pane's own
    Action(
        "tree.open",
        "enter",
        "open",
        "open",
        "Go to the code, or fold the folder",
        (TREE,),
        footer=2,
    ),
    Action(
        "tree.group", "s", "next_grouping", "group", "Group by folder, severity, type, …", (TREE,)
    ),
    Action(
        "tree.tests",
        "t",
        "toggle_tests",
        "tests",
        "List the tests under each policy, or not",
        (TREE,),
    ),
    Action(
        "code.definition",
        "enter",
        "goto_definition",
        "definition",
        "Go to where the helper's function under the cursor is defined",
        (CODE,),
        footer=2,
    ),
    Action("code.return", "backspace", "go_back", "return", "Back to where you came from", (CODE,)),
    Action("view.wrap", "w", "toggle_wrap", "wrap", "Wrap long lines, or cut them", _TEXTS),
    Action(
        "resource.compare",
        "D",
        "compare_resource",
        "compare",
        "Show the difference to another test's resource",
        (RESOURCE,),
        footer=2,
    ),
    Action(
        "results.open",
        "enter",
        "open",
        "go to line",
        "Go to the line of this failure or traceback frame, or open this part",
        (RESULTS,),
        footer=2,
    ),
)
"""In the order in which help lists them."""
