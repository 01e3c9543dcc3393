"""`panther-tui test`: one run, or one after another while files change.

Uses the engine and streams; used by the table of commands.
"""
