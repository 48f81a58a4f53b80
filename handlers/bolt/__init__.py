"""The Bolt app: request bodies, Socket Mode and the table of listeners."""
