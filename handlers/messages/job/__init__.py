"""What is said of one job: its message in every state, its pictures and buttons, what its asker is told."""
