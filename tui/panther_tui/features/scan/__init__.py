"""An inventory beside the tests: which one is judged, what moved, and the resources that fail.

Uses the desk and overlays; used by the table of features.
"""
