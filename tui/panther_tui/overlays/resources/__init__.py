"""The resources of an inventory that a policy does not pass: narrowed, ordered, grouped.

Uses the typed list; used by the feature of the same name.
"""
