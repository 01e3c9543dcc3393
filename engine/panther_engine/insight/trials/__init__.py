"""Runs of what is not written: a flip of the verdict, fields set to null, mutants of a body.

Uses runs and reason; used by those who explain or inspect.
"""
