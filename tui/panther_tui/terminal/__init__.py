"""Everything that depends on the terminal: safe text, clipboard, signals, the user's editor.

Uses the standard library and the engine's words; used by views and features.
"""
