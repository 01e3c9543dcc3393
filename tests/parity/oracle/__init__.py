"""Asks PAT, or panther_core alone, in an environment of its own, what they say.

Used by whatever compares us with them.
"""
