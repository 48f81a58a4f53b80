"""One repository a file: the statements of one port."""
