"""What a request for an edit would write, in words and bytes; nothing is written here.

Uses edits, the readers of specs and results of runs; used by the session.
"""
