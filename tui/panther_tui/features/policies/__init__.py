"""Policies made, copied, renamed and deleted, and their metadata changed, by forms.

Uses the desk, its proposals and the form; used by the table.
"""
