from panther_engine.authoring.edits.apply import Edited
from panther_engine.authoring.edits.history import History

ONE, TWO = Edited("a.yml", b"1", b"2"), Edited("a.yml", b"2", b"3")


def test_undo_gives_the_bytes_back_and_redo_takes_them_again() -> None:
    first = History().after(ONE).after(TWO).undo()
    assert first is not None
    back, history = first
    assert (back.before, back.after) == (b"3", b"2")
    again = history.redo()
    assert again is not None
    assert again[0] == TWO
    assert again[1] == History((ONE, TWO))


def test_a_new_edit_forgets_what_was_undone() -> None:
    undone = History().after(ONE).undo()
    assert undone is not None
    assert undone[1].after(TWO).redo() is None
    assert History().undo() is None
