"""New policies: their names, their two files and their first tests.

Uses resources; used by `panther-tui new`.
"""
