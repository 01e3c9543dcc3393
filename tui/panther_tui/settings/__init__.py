"""Reads the user's settings and what the screen remembers, and reports faults in those files.

Uses keys; used by everything that can be set.
"""
