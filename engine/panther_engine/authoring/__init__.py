"""Writing specs: edits that keep every other byte, test resources, fixes and new policies."""
