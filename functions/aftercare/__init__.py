"""Aftercare: the follow-up service of a ketamine clinic."""
