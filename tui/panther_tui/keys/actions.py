"""The table of all actions: their names, keys, and the panes they work in.

The footer, the help screen, the command palette, the bindings and docs/keys.md are made from it.
"""

from __future__ import annotations

from panther_engine.values.frozen import dataclass

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

FOOTER_ALWAYS = ("fail.next", "palette", "help")
"""Actions of the footer that give way to none."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do.

    `keys` is a comma-separated list of Textual's key names, the first being the one that is shown.
    An action without `panes` works everywhere, one with panes where one of these has the focus.
    `method` is the action method of the pane that answers it; without one a feature answers by the
    `id`. `footer` orders the footer, 1 first; 0 keeps the action out of it.
    """

    id: str
    keys: str
    description: str
    tooltip: str
    panes: tuple[str, ...] = EVERYWHERE
    footer: int = 0
    method: str = ""

    @property
    def binding(self) -> str:
        """The action as Textual's bindings name it."""
        return self.method or f"screen.do('{self.id}')"


_TEXTS = (CODE, RESOURCE, RESULTS)
_FOLDING = (TREE, RESOURCE)

ACTIONS: tuple[Action, ...] = (
    # Failures
    Action(
        "fail.next",
        "right_square_bracket,f8",
        "next failure",
        "Go to the next failing test, in whichever policy it is",
        footer=1,
    ),
    Action(
        "fail.previous",
        "left_square_bracket,shift+f8",
        "previous failure",
        "Go to the previous failing test, in whichever policy it is",
    ),
    Action(
        "fail.goto",
        "full_stop",
        "deciding line",
        "Put the code view on the line that decided the selected test",
    ),
    Action(
        "fail.list",
        "I",
        "all failures",
        "All failures in one list, narrowed by typing",
    ),
    Action(
        "triage.toggle",
        "i",
        "triage",
        "Walk through the failing tests one at a time; press it again or escape to stop",
    ),
    Action(
        "triage.next",
        "enter",
        "next",
        "Go to the next failing test; one that still fails stays as it is",
        (TRIAGE,),
        footer=2,
    ),
    Action(
        "triage.skip",
        "s",
        "skip",
        "Put this failure off to the end of the walk",
        (TRIAGE,),
        footer=3,
    ),
    Action(
        "triage.skip_cause",
        "S",
        "skip cause",
        "Put all failures of this cause off to the end of the walk",
        (TRIAGE,),
    ),
    # Running
    Action("run.selected", "r", "run", "Run the selected policy's tests", footer=4),
    Action("run.all", "a", "run all", "Run every policy's tests"),
    Action(
        "run.failed",
        "f",
        "failed",
        "Run exactly the failed tests, and list only failures until it is pressed again",
        footer=5,
    ),
    Action(
        "run.cancel",
        "x",
        "cancel",
        "Stop the run, and the judging of real resources, and forget what is queued",
    ),
    Action(
        "watch.pause",
        "p",
        "pause",
        "Stop running what a change affects, or go on with it",
    ),
    Action(
        "watch.follow",
        "ctrl+t",
        "follow",
        "Let the screen go to the policy that was just saved, or stay where it is",
    ),
    Action("pin", "m", "pin", "On a change run only this policy, or all affected"),
    Action("reload", "R,ctrl+r,f5", "reload", "Read every file and setting again"),
    # Editing and copying
    Action(
        "edit.code",
        "e",
        "edit",
        "Open the file in your editor, at the line of the cursor or of the failure",
        footer=6,
    ),
    Action("edit.test", "E", "edit test", "Open the spec in your editor, at the test"),
    Action(
        "test.accept",
        "u",
        "accept",
        "Expect of the selected test what it got, after the difference is shown",
    ),
    Action(
        "edit.fix",
        "F",
        "fix",
        "Mend the fault under the cursor, or the selected policy's, by its quick fix",
    ),
    Action(
        "edit.undo",
        "U",
        "undo",
        "Take back the last change that was written from here, if its files are as it left them",
    ),
    Action("edit.redo", "ctrl+y", "redo", "Do again the change that was taken back last"),
    Action("copy.text", "y", "copy", "Copy the line, value or failure at the cursor"),
    Action(
        "copy.place",
        "Y",
        "copy place",
        "Copy where the cursor is: file and line, the path in the resource; of a test its command",
    ),
    # Policies
    Action(
        "policy.new",
        "C",
        "new policy",
        "Fill in a form for a new policy, with its first tests",
    ),
    Action(
        "policy.metadata",
        "P",
        "metadata",
        "Change severity, texts, tags and the like of the selected policy in a form",
    ),
    Action(
        "policy.files",
        "B",
        "copy, rename …",
        "Copy the selected policy, give it another ID, or delete it",
    ),
    Action(
        "catalogue",
        "J",
        "catalogue",
        "What the field under the cursor is and whether it can be null; else all resource types",
    ),
    # The why
    Action(
        "insight.values",
        "v",
        "values",
        "Show at the ends of lines what they held in the selected test, or not",
    ),
    Action(
        "insight.tests",
        "c",
        "coverage",
        "Say in the code what no test reaches, tells apart or tries with null, or not",
    ),
    Action(
        "round.previous",
        "comma",
        "round before",
        "Show what lines held in the round before, of the loop that decided the selected test",
    ),
    Action("round.next", "semicolon", "round after", "The same of the round after"),
    Action(
        "round.outer",
        "less_than_sign",
        "loop before",
        "Look at the rounds of the loop before, of those on the way to the verdict",
    ),
    Action("round.inner", "greater_than_sign", "loop after", "The same of the loop after"),
    Action(
        "scan.list",
        "H",
        "resources",
        "The resources of the inventory that the selected policy does not pass; one becomes a test",
    ),
    Action(
        "scan.choose",
        "ctrl+o",
        "inventory",
        "Choose real resources that the policies judge after every change: a file, folder or glob",
    ),
    Action(
        "scan.frameworks",
        "Q",
        "frameworks",
        "Which sections of CIS, PCI and other reports policies cover, with tests and resources",
    ),
    Action(
        "insight.list",
        "W",
        "not pinned",
        "What no test pins down, of every policy in one list, the worst first",
    ),
    Action(
        "insight.test",
        "Z",
        "test of it",
        "Write the test that shows what was found of this line: null raises, or a change unnoticed",
    ),
    Action(
        "insight.reach",
        "K",
        "tests here",
        "Which tests reach the line of code under the cursor, seeing each as you go",
    ),
    Action(
        "test.debug",
        "d",
        "debug",
        "Run the selected test in pdb, stopped at the first line of `policy`",
    ),
    # The code pane, from anywhere
    Action("code.other", "o", "body/spec", "Show the next of body, spec and helpers"),
    Action("code.other_back", "O", "body/spec back", "Show the one before"),
    # The screen
    Action("pane.1", "1", "policies", "Go to the policies"),
    Action("pane.2", "2", "code", "Go to the code"),
    Action("pane.3", "3", "resource", "Go to the resource"),
    Action("pane.4", "4", "results", "Go to the results"),
    Action("view.zoom", "z", "zoom", "Give the focused pane the whole screen, or put it back"),
    Action("view.grow", "plus", "bigger", "Make the focused pane bigger"),
    Action("view.shrink", "underscore", "smaller", "Make the focused pane smaller"),
    Action("view.layout", "L", "layout", "Arrange the panes in the next way"),
    Action("view.sidebar", "b", "sidebar", "Hide the policies, or show them"),
    Action("view.theme", "T", "theme", "Choose a theme, seeing each as you go"),
    Action(
        "view.mouse",
        "M",
        "mouse",
        "Leave the mouse to the terminal, for its own selection, or take it back",
    ),
    Action("view.redraw", "ctrl+l", "redraw", "Paint the whole screen again"),
    # The app
    Action(
        "palette",
        "colon,ctrl+p",
        "commands",
        "Find any action or policy",
        footer=8,
    ),
    Action(
        "help", "question_mark,f1", "keys", "What every key does here, found by typing", footer=9
    ),
    Action("about", "V", "about", "Versions, interpreter, watcher and paths, for a bug report"),
    Action(
        "problems",
        "exclamation_mark",
        "problems",
        "What is wrong in settings, themes and globals, and what the engine had to say",
    ),
    Action("trust", "X", "trust", "Say whether the checkout's own settings may reach further"),
    Action("back", "escape", "back", "Close, clear the filter or go back; never quits"),
    Action("suspend", "ctrl+z", "suspend", "Go to the shell; `fg` comes back"),
    Action("quit", "q,ctrl+q", "quit", "Leave"),
    # Moving
    Action("nav.down", "j,down", "down", "One line down", PANES, method="cursor_down"),
    Action("nav.up", "k,up", "up", "One line up", PANES, method="cursor_up"),
    Action(
        "nav.left",
        "h,left",
        "left",
        "See what is further left",
        (CODE, RESULTS),
        method="scroll_left",
    ),
    Action(
        "nav.right",
        "l,right",
        "right",
        "See what is further right",
        (CODE, RESULTS),
        method="scroll_right",
    ),
    Action("nav.top", "g,home", "top", "To the first line", PANES, method="cursor_top"),
    Action("nav.bottom", "G,end", "bottom", "To the last line", PANES, method="cursor_bottom"),
    Action(
        "nav.half_down",
        "ctrl+d",
        "half page down",
        "Half a page down",
        PANES,
        method="half_page_down",
    ),
    Action("nav.half_up", "ctrl+u", "half page up", "Half a page up", PANES, method="half_page_up"),
    Action("nav.page_down", "pagedown", "page down", "A page down", PANES, method="page_down"),
    Action("nav.page_up", "pageup", "page up", "A page up", PANES, method="page_up"),
    # Finding
    Action(
        "find.filter",
        "slash,ctrl+f",
        "filter",
        "List only policies that match: letters of the name, or KEY=VALUE",
        (TREE,),
        footer=7,
    ),
    Action(
        "find.search",
        "slash,ctrl+f",
        "search",
        "Find text in this pane",
        _TEXTS,
        footer=7,
    ),
    Action("find.next", "n", "next match", "To the next match", _TEXTS, method="search_next"),
    Action(
        "find.previous",
        "N",
        "previous match",
        "To the previous match",
        _TEXTS,
        method="search_previous",
    ),
    # Folding
    Action("fold.toggle", "space", "fold", "Fold or unfold this", _FOLDING, method="toggle_fold"),
    Action(
        "fold.close",
        "h,left",
        "close",
        "Fold this, or go to what holds it",
        _FOLDING,
        method="fold",
    ),
    Action("fold.open", "l,right", "open", "Unfold this, or go into it", _FOLDING, method="unfold"),
    Action("fold.close_all", "minus", "close all", "Fold everything", _FOLDING, method="fold_all"),
    Action(
        "fold.open_all",
        "equals_sign",
        "open all",
        "Unfold everything",
        _FOLDING,
        method="unfold_all",
    ),
    # One pane's own
    Action(
        "tree.open",
        "enter",
        "open",
        "Go to the code, or fold the folder",
        (TREE,),
        footer=2,
        method="open",
    ),
    Action(
        "tree.group",
        "s",
        "group",
        "Group by folder, severity, type, status, report or cause",
        (TREE,),
        method="next_grouping",
    ),
    Action(
        "tree.tests",
        "t",
        "tests",
        "List the tests under each policy, or not",
        (TREE,),
        method="toggle_tests",
    ),
    Action(
        "code.definition",
        "enter",
        "definition",
        "Go to where the helper's function under the cursor is defined, else to the field read",
        (CODE,),
        footer=2,
        method="goto_definition",
    ),
    Action(
        "code.return",
        "backspace",
        "return",
        "Back to where you came from",
        (CODE,),
        method="go_back",
    ),
    Action("view.wrap", "w", "wrap", "Wrap long lines, or cut them", _TEXTS, method="toggle_wrap"),
    Action(
        "resource.reader",
        "enter",
        "where it is read",
        "Go to the line of the body that reads this field first; what is not read folds or is set",
        (RESOURCE,),
        footer=2,
        method="open_reader",
    ),
    Action(
        "resource.compare",
        "D",
        "compare",
        "Show the difference to another test's resource",
        (RESOURCE,),
    ),
    # What-if
    Action(
        "scratch.set",
        "s",
        "set value",
        "Try another value in a scratch copy of the resource, judged while you type",
        (RESOURCE,),
        footer=3,
    ),
    Action(
        "scratch.add",
        "A,insert",
        "add",
        "Add a key or an item to what the cursor is in, in a scratch copy",
        (RESOURCE,),
    ),
    Action(
        "scratch.remove",
        "delete,backspace",
        "remove",
        "Remove the key or item at the cursor, in a scratch copy",
        (RESOURCE,),
    ),
    Action(
        "scratch.reduce",
        "t",
        "reduce",
        "Take out what does not decide, in a scratch copy: the verdict stays",
        (RESOURCE,),
    ),
    Action(
        "scratch.editor",
        "ctrl+e",
        "edit as JSON",
        "Open the scratch copy of the resource in your editor",
        (RESOURCE,),
    ),
    Action(
        "scratch.finish",
        "S",
        "scratch …",
        "Write the scratch copy into the spec, keep it or discard it",
        (RESOURCE, RESULTS),
        footer=1,
    ),
    Action(
        "scratch.flip",
        "t",
        "try flip",
        "Make what would flip the verdict in a scratch copy of the resource",
        (RESULTS,),
    ),
    Action(
        "tests.menu",
        "A",
        "tests",
        "Add a test, pasted, from a file, the catalogue or nothing; copy, rename or remove",
        (RESULTS,),
        footer=3,
    ),
    Action(
        "tests.mocks",
        "s",
        "mocks",
        "Add a mock to the selected test, change or remove one",
        (RESULTS,),
    ),
    Action("tests.delete", "delete", "remove test", "Remove the selected test", (RESULTS,)),
    Action(
        "tests.up",
        "left_curly_bracket,alt+up",
        "test up",
        "Move the selected test up in its spec",
        (RESULTS,),
    ),
    Action(
        "tests.down",
        "right_curly_bracket,alt+down",
        "test down",
        "Move the selected test down in its spec",
        (RESULTS,),
    ),
    Action(
        "results.open",
        "enter",
        "go to line",
        "Go to the line of this failure or traceback frame, or open this part",
        (RESULTS,),
        footer=2,
        method="open",
    ),
)
"""In the order in which help lists them."""
