"""From a trace to an insight: fields of the resource, the steps to a verdict, and words for them.

Uses trace; used by runs, trials and reports.
"""
