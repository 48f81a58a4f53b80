"""What was asked for: words, size, sources, and requests that wait for an answer."""
