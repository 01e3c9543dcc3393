"""A spec changed by the spans of its source, so that all the rest stays as it is.

Uses the readers of specs; used by fixes, new policies and accepted verdicts.
"""
