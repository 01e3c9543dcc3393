"""The screen that composes panes and features, and what the command palette finds.

Uses features; used by the app.
"""
