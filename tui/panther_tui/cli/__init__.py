"""The command line. Each command has a module or a room, whose work is imported when it is called.

Uses the engine's face, the settings and, to open it, the app; used by `__main__`.
"""
