"""What the user chose and what the screen remembers, from files, with what is wrong there.

Uses keys; used by everything that can be set.
"""
