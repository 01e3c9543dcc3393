"""What to run in which order, retried and timed out, and what came of it.

Uses processes and the repository; used by the session and the headless run.
"""
