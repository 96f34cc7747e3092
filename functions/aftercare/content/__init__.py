"""What we say and when, as reviewed files, with their loaders and their lint."""
