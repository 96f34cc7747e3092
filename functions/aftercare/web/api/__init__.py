"""The JSON API: one router a noun, one table of routes, one way in and one way out."""
