"""Reads a checkout (its files, specs, bodies and globals) without running any of it.

Uses storage and text, starts no process; used by everything that runs or reports.
"""
