"""Themes, colours by meaning, and the marks that stand for a status.

Uses settings and the engine's words; used by views, panes and overlays.
"""
