"""`explain`, `probe`, `mutants` and `debug`: insight on the command line.

Uses the engine's face and streams; used by the table of commands.
"""
