"""What one session keeps for the next: what was parsed, and the results.

Uses the repository and storage; used by the session.
"""
