"""Which files there are, in which order, what to watch, and where links lead.

Uses storage; used by the rest of the repository and by the watch.
"""
