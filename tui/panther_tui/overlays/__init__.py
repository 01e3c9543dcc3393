"""What is put over the four panes for a moment: a list to choose from, a text to read, the keys.

Uses views and keys, and knows nobody who opens it; used by features.
"""
