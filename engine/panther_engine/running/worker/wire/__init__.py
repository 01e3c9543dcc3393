"""Messages between the worker and its parent.

Uses the standard library; used by the worker and by processes.
"""
