"""What one run leaves for the next: what failed, and how long each policy took.

Uses storage; used by whatever narrows or orders a run.
"""
