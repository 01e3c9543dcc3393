"""Every action of the screen as one table, and the keys that the settings give it.

Uses nothing; used by everything that shows or obeys a key.
"""
