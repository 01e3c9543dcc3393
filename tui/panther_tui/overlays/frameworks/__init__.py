"""Sections of frameworks with what covers them, as a list over the screen.

Uses views, style and the engine's face; used by the features of scans.
"""
