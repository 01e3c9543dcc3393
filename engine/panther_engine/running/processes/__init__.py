"""Processes that run jobs, started by fork or spawned, and what they send, not believed.

Uses the worker's protocol and interpreter; used by jobs.
"""
