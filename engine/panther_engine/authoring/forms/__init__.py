"""The form of a policy as values: its fields, what they hold as text, what is wrong and what fits.

Uses reading and the names of new policies; used by sessions and, through the public face, by the
screen.
"""
