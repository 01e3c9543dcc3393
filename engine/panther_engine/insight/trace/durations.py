"""Differences of times in words: Python's `-355417 days, 23:31:05` is a riddle. Pure."""

from __future__ import annotations

import re

WRITTEN = re.compile(r"(?:(-?\d+) days?, )?(\d+):(\d\d):(\d\d)(\.\d+)?")
UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
DAYS_ALONE = 100
"""From so many days on hours do not matter."""


def duration_words(text: str) -> str:
    """A `datetime.timedelta`, as `str` writes it, by its two largest units: `1 day 3 hours`.

    What is no such text stays as it is. `minus 2 days` is a time to come.
    """
    found = WRITTEN.fullmatch(text)
    if found is None:
        return text
    days, hours, minutes, seconds, fraction = found.groups()
    total = int(days or 0) * 86_400 + int(hours) * 3_600 + int(minutes) * 60 + int(seconds)
    part = float(fraction or 0)
    sign = "minus " if total < 0 else ""
    if total < 0:
        total, part = (-total - 1, 1 - part) if part else (-total, 0.0)
    if total < 60 and part:
        return f"{sign}{total + part:.6g} seconds"
    said = []
    for unit, size in UNITS:
        count, total = divmod(total, size)
        if count:
            said.append(f"{count:,} {unit}{'s' * (count != 1)}")
        if unit == "day" and count >= DAYS_ALONE:
            break
    return sign + " ".join(said[:2]) if said else "0 seconds"
