"""Which Python runs the policies and why, with which environment and libraries.

Uses the standard library and the model; used by processes and jobs.
"""
