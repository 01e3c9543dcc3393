"""The rules of selecting, of stepping through failures, of new and fixed. Pure.

Uses the engine's state and marks; used by panes and features.
"""
