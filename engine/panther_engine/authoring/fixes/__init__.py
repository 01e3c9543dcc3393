"""Faults that a check finds and that can be mended without asking.

Uses edits and the checks; used by `check --fix`.
"""
