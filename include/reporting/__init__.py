"""What became of each document, and of a run: counts, pages, dollars, durations, error codes."""
