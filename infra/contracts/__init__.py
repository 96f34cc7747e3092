"""The published shapes: one JSON Schema per event in, and one for the clinic file."""
