"""The form of a policy: its fields one below the other, and what is to be known of the focused one.

Uses the engine's description of the form; used by the features that change policies.
"""
