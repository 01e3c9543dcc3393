"""Makes users' text safe for a one-line message, and suggests the names they may have meant.

Uses the standard library alone; used by everything that words a message.
"""
