"""The run that watches: takes commands, publishes events, in a process of its own.

Uses jobs, watch and storage; used by `headless` and its own room `process`.
"""
