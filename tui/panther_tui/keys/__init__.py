"""The table of all actions, and the keys that are bound to them.

Uses the engine's suggestions alone; used by everything that shows or obeys a key.
"""
