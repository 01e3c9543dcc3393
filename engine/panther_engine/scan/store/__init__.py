"""What scans found, kept in the user's state directory, and what changed from one to another.

Uses the values, text and storage; used by whoever scans and whoever looks at former scans.
"""
