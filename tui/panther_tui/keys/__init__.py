"""Every action of the screen as one table, and the keys that the settings give it.

Uses the engine's suggestions alone; used by everything that shows or obeys a key.
"""
