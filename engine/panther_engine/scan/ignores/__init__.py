"""What a team has decided not to hear of: ignores with a reason and an end, and baselines.

Uses reading for YAML and storage; used by whoever judges and by whoever scans.
"""
