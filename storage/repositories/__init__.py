"""One repository a file. Each class implements the port that its docstring names, over one transaction."""
