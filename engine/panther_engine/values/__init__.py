"""The results of the engine's capabilities, as frozen values that events and State carry.

Uses model; used by events and all above.
"""
