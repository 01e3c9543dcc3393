"""Users' text made safe for one line of a message, and the names they may have meant.

Uses the standard library alone; used by everything that words a message.
"""
