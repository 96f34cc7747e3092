"""One file per Lambda, named for what wakes it."""
