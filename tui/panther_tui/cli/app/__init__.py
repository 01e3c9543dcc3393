"""The command that opens the app, and the one that opens it on an example.

Uses the app and the engine's face; used by the table of commands.
"""
