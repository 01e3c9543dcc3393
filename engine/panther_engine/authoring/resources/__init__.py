"""Resources of tests: what types they have, where they come from, what not to publish.

Uses the catalogue; used by new policies and whoever pastes a resource.
"""
