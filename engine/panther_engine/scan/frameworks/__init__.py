"""Which sections of frameworks the detections of a checkout cover, and what a scan says of them.

Uses reading and the store; used by whoever tells of it.
"""
