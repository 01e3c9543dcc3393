from panther_engine.authoring.edits.history import Edit, History
from panther_engine.values.edits import FileChange

ONE = Edit("one", (FileChange("a.yml", b"1", b"2"), FileChange("b.yml", None, b"new")))
TWO = Edit("two", (FileChange("a.yml", b"2", b"3"),))


def test_undo_gives_the_bytes_back_and_redo_takes_them_again() -> None:
    first = History().after(ONE).after(TWO).undo()
    assert first is not None
    back, history = first
    assert back.files == (FileChange("a.yml", b"3", b"2"),)
    again = history.redo()
    assert again is not None
    assert again[0] == TWO
    assert again[1] == History((ONE, TWO))


def test_undo_takes_back_all_files_of_an_edit_the_last_one_first() -> None:
    undone = History().after(ONE).undo()
    assert undone is not None
    assert undone[0].files == (FileChange("b.yml", b"new", None), FileChange("a.yml", b"2", b"1"))


def test_a_new_edit_forgets_what_was_undone() -> None:
    undone = History().after(ONE).undo()
    assert undone is not None
    assert undone[1].after(TWO).redo() is None
    assert History().undo() is None
