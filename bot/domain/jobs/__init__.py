"""A job's life: its states, its tasks, when to poll, and whose job is submitted next."""
