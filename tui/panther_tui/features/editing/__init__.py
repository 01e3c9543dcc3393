"""Changing files: in the user's editor.

Uses the desk and the terminal; used by the table of features.
"""
