"""Texts over the panes: about, what is wrong, and what a checkout asks to be trusted with.

Uses views and what is to be told; used by features and by overlays that have text to show.
"""
