"""Knows when an app has done all that it can do: nothing waits but for time, files or processes.

Textual's own way looks for 20 ms of an idle processor, twice a key. That is slow, and wrong on a
machine whose processors are busy with something else.
"""

from __future__ import annotations

import asyncio

from textual._context import active_app

ROUNDS = 3
"""So many rounds of the loop in which nothing was to do are believed."""


async def settled(min_sleep: float = 0, max_sleep: float = 1) -> None:
    """Let the app work until it has done everything; in the place of `wait_for_idle`."""
    loop = asyncio.get_running_loop()
    ready = loop._ready  # type: ignore[attr-defined]
    end = loop.time() + max_sleep
    quiet = 0
    while quiet < ROUNDS and loop.time() < end:
        await asyncio.sleep(0)
        quiet = 0 if ready or _paint() else quiet + 1


def _paint() -> bool:
    """Paint what a sixtieth of a second later would be; whether there was anything."""
    screen = active_app.get().screen
    wanted = (
        screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._recompose_required
        or screen._dirty_widgets
        or screen._callbacks
    )
    if wanted:
        screen._on_timer_update()
    return bool(wanted)
