"""Serves policies' imports from memory, and hides our own modules from them.

Uses the standard library; used by the rest of the worker.
"""
