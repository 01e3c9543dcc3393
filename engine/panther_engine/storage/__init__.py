"""Files in the user's cache directory, read and written without trusting them.

Uses the model and text; used by whatever keeps something between two runs.
"""
