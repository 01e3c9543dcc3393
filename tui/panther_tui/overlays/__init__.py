"""What is put over the four panes for a moment: a list to choose from, a text to read, the keys.

Each is told all that it shows; none knows who opened it. Uses views and keys; used by features.
"""
