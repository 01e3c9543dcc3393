"""The pane of the resource that the selected test judges.

Uses views and triage; used by the screen.
"""
