"""Hints that are added to a policy's error, to say why it happened and what to do.

Uses the shapes of messages; used by the child that runs a job.
"""
