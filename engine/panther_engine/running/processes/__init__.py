"""Starts the processes that run jobs, by fork or spawn, and decodes what they send.

Uses the worker's protocol and interpreter; used by jobs.
"""
