"""What a run came to, told to people and to programs; a format is a module, imported on use.

Uses what ran and text; used by the headless runs.
"""
