"""The live run: takes commands, publishes events, reruns what each change affects.

Uses jobs, watch and storage; used by `headless` and its own room `process`.
"""
