"""The four panes and the bars round them. Each renders the state and posts messages.

Uses views and triage, and no other pane; used by the screen and features.
"""
