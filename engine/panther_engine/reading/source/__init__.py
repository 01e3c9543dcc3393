"""Analyses Python source without running it: syntax, imports, names, fingerprints, purity.

Uses the standard library alone; used by the checks and the repository.
"""
