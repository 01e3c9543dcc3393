"""Runs a session in a process of its own: the screen's side, the engine's side, the pipes.

Uses the session; used by the app.
"""
