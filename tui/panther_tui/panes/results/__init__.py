"""The pane of a policy's tests: what each came to, and all about the selected one.

Uses views and triage; used by the screen.
"""
