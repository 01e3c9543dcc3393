"""Policies judge real resources: inventories, evaluation, results that are kept and compared.

Uses insight for its pool of workers, running and reading; used by headless and the session.
"""
