"""What an observed run told, checked, and the calls in it played back.

Uses the model and what processes received; used by all other rooms of insight.
"""
