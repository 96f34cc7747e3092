"""From values of the domain to what a template shows: words, times and marks, with no I/O."""
