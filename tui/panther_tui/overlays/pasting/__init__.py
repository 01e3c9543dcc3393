"""A text that the terminal pastes, and what of it is to become a test.

Uses views and the questions of overlays; used by the features that edit tests.
"""
