"""The text of a spec as data with places, in PAT's dialect; and Panther's resource types.

Uses the model and text; used by the checks and the repository.
"""
