"""Observes policies: rewritten code that tells the value of every expression, and what uses it.

Loaded only by jobs that ask for it; a plain run never imports this package.
"""
