"""The screen of four panes, and what comes over it."""
