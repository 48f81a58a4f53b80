"""The sub-commands of the slash command, and their answers."""
