"""One file a kind of request: translate in, make one call, translate out."""
