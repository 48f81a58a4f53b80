"""A job's life: its states, its tasks, when to poll, whose turn it is."""
