"""What the environment and ``.env`` say, read once."""
