"""What was found out, as text, JSON, annotations and coverage files.

Uses what the other rooms found; used by the headless commands.
"""
