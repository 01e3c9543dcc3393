"""Resources of tests: what types they have, where they come from, what not to publish."""
