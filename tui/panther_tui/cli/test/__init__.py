"""`panther-tui test`: one run, or a run after each change.

Uses the engine and streams; used by the table of commands.
"""
