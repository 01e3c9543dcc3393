"""`explain`, `probe`, `mutants` and `debug`: what an observed run tells, without a screen.

Uses the engine's face and streams; used by the table of commands.
"""
