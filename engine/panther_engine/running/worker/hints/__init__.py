"""What is added to an error of a policy, so that its user knows why and what to do.

Uses the shapes of messages; used by the child that runs a job.
"""
