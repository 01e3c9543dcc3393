"""What of a checkout goes to Panther: the zip of its bulk uploader, and what a server refuses.

Uses reading and report; used by the command line.
"""
