"""Schedules jobs, with time limits and retries, and turns their reports into results.

Uses processes and the repository; used by the session and the headless run.
"""
