"""Chooses the Python that runs the policies, its environment and its libraries.

Uses the standard library and the model; used by processes and jobs.
"""
