"""Scratch copies of resources: what is typed, what it changes, and how it is laid over the state.

Uses triage and views; used by the panes and by features. Pure.
"""
