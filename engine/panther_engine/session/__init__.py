"""The run that watches: takes commands, publishes events, in a process of its own.

Uses jobs, watch and storage; used by the app and as a library.
"""
