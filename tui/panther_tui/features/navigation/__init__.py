"""Where the screen goes: by key, at the start, after a save, along the failures, to what is found.

Uses the desk and the pure rules of `triage`; used by the table of features.
"""
