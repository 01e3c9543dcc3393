"""Checks specs and bodies. Each finding has a place and says what to do about it.

Uses spec and source; used by the repository, and by those who write specs.
"""
