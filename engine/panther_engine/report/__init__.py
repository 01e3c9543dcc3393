"""Reports a run to people and to programs. Each format is a module, imported on use.

Uses what ran and text; used by the headless runs.
"""
