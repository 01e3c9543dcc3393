"""Widgets that show lines: scrolling, searching, wrapping, colouring, whatever the lines mean.

Uses style and terminal; used by panes and overlays.
"""
