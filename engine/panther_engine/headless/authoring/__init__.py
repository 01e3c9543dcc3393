"""Writing specs without a screen: quick fixes and new policies.

Uses authoring and reading; used by the public face.
"""
