"""Commands that hand a checkout over to Panther: `pack` and `upload`.

Uses the engine's face, the tests' commands and streams; used by the table of commands.
"""
