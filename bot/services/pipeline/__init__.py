"""The steps of a job's life, one a file; the worker runs them."""
