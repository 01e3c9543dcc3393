"""The session in a process of its own: pipes, the screen's side and the engine's side.

Uses the session; used by the app.
"""
