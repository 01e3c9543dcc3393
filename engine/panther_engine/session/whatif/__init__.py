"""Tests that stand in no file: the scratch that is being changed, and what is about to be written.

Uses running and insight; used by the session.
"""
