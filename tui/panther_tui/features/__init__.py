"""What the screen can do, one capability an object; `table.py` lists them in order of priority.

Uses panes, overlays and the shared `Desk`, and no other feature; used by the main screen.
"""
