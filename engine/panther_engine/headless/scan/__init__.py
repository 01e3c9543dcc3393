"""A scan without a screen: an inventory judged, kept, compared and told.

Uses scan and what narrows a run; used by the command line.
"""
