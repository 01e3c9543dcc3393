"""Resources from outside the specs: finds documents in files, whatever their shape or size.

Uses reading and storage; used by all of scan.
"""
