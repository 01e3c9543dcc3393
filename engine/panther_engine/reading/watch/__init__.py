"""The watcher: notices changes on disk and reports which paths to look at again.

Uses the repository's folders; used by the session.
"""
