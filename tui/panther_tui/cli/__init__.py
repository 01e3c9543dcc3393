"""The command line: one module or room a command, imported only when it is asked for.

Uses the engine's face, the settings and, to open it, the app; used by `__main__`.
"""
