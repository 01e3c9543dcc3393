"""Resources in another shape than Panther's made into documents, as declarative mappings say.

Uses reading for YAML and the catalogue; used by whoever reads an inventory.
"""
