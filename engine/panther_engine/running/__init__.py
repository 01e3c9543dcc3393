"""Runs policies: chooses the user's interpreter, starts its processes, gives them jobs.

Uses reading; used by the session, the headless run and the reports.
"""
