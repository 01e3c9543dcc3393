"""Observes policies: rewritten code that tells the value of every expression, and what uses it.

Uses the worker's other modules; loaded by them only for jobs that ask, never by a plain run.
"""
