"""Walks a checkout: which files and directories count, in which order, and where links lead.

Uses storage; used by the rest of the repository and by the watch.
"""
