"""The pane of the code: body, spec or helper, with what is wrong on its line.

Uses views and triage; used by the screen.
"""
