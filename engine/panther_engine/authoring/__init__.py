"""Writing specs: edits that keep every other byte, test resources, fixes and new policies.

Uses reading, reports and text; used by the session and the headless commands.
"""
