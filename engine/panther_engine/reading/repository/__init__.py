"""Immutable snapshots of a checkout, and what a change from one to the next affects.

Uses check, spec and source; used by selection, watch and all that runs policies.
"""
