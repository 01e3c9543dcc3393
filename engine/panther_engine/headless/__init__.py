"""A checkout without a screen: checked, run once, run as files change, told as text.

Uses the session and all below; used by the face of the engine.
"""
