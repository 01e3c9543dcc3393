"""No looking for garbage while a start makes what stays: 100 ms less for the screen.

What was made by then is never looked at again either, so that a later look is short: it took up
to 35 ms in the middle of a save.
"""

import gc


def stop_collecting() -> None:
    """Let all that is made from now on stay. For those who own the process."""
    gc.disable()


def collect_from_now_on(*, tidy: bool = False) -> None:
    """If that was stopped: look among what will be made, and leave alone what is there.

    With `tidy` after one look at all of it, for 20 to 50 ms: what lives long is worth that.
    """
    if not gc.isenabled():
        if tidy:
            gc.collect()
        gc.freeze()
        gc.enable()
