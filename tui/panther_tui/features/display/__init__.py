"""How things are shown and told: layout, themes, comparison, help, problems, copies.

Uses the desk, panes and overlays; used by the table of features.
"""
