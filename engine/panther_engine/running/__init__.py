"""From a policy to its verdict: the user's interpreter, processes of it, jobs for them.

Uses reading; used by the session, the headless run and the reports.
"""
