"""Why a verdict is what it is, and what no test pins down.

Uses the desk, panes and overlays; used by the table of features.
"""
