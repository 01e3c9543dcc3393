"""Commands about a checkout that run none of its code: `check` and `trust`.

Uses the engine's face, the settings and streams; used by the table of commands.
"""
