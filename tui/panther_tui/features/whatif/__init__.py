"""What-if: scratch copies of resources, typed into, judged, opened as files and ended.

Uses the desk, whose scratches they share; used by the table of features.
"""
