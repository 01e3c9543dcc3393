"""What a capability finds out, as frozen values that events and State carry.

Uses model; used by events and all above.
"""
