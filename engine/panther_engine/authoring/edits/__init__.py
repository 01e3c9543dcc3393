"""A spec changed by the spans of its source, so that all the rest stays as it is."""
