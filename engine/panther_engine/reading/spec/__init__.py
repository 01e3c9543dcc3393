"""Parses specs in PAT's dialect, with positions, and describes Panther's resource types.

Uses the model and text; used by the checks and the repository.
"""
