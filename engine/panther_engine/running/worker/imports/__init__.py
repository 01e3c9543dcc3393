"""Imports of policies served from memory, and our own modules kept out of their sight.

Uses the standard library; used by the rest of the worker.
"""
