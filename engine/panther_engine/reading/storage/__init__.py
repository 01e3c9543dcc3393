"""Files that may be anything, read without trusting them, and those of the user's cache.

Uses the model and text; used by whatever reads a file or keeps something between two runs.
"""
