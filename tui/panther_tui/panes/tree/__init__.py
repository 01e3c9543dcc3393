"""The pane of all policies: rows, groups, filter, tests under policies.

Uses views and triage; used by the screen.
"""
