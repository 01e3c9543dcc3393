"""Changes on disk as hints of where to look, by the means that the system has.

Uses the repository's folders; used by the session.
"""
