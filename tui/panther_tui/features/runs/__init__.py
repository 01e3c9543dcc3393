"""What runs when: by hand, on a change, only one policy, only what failed.

Uses the desk alone; used by the table of features.
"""
