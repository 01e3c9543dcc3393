"""Policies over resources: which policy judges what, in which parts, and what came of it.

Uses inventory and the pool of workers; used by whoever scans.
"""
