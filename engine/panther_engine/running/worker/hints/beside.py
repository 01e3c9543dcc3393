"""Errors of a global that looked for a file beside itself: no path that is another in every run."""

from typing import Dict

from ..wire.messages import FunctionReport

FOLDER = "<globals>"
"""Stands for the folder that the globals' copies lie in."""
REASON = "Panther ships a global without the files beside it"


def say_beside(message: str, folder: str) -> str:
    """An error's text with the folder's name for the folder, and why nothing is in it."""
    shown = message
    for spelt in (folder, repr(folder)[1:-1]):
        if folder and spelt in shown:
            shown = shown.replace(spelt, FOLDER)
    missing = "No such file" in shown or "cannot find the" in shown or "Not a directory" in shown
    return f"{shown}; {REASON}" if missing and shown != message else shown


def say_all_beside(functions: Dict[str, FunctionReport], folder: str) -> None:
    """The same for the errors of a test's functions."""
    for result in functions.values():
        if (error := result["error"]) is not None:
            result["error"] = say_beside(error, folder)
