"""The clinic's rules. Standard library only; no I/O, clock, logger or randomness."""
