"""One HTML page that stands alone: no script, no other file, and small whatever was found.

Uses what a scan found, the store and text; used by whoever writes files.
"""
