"""What each command does, a file a command. ``app.cli`` imports a file only when its command runs."""
