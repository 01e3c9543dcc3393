"""The command line: one module a command, imported only when it is asked for.

Uses the engine and, to open the app, `start`; used by `__main__`.
"""
