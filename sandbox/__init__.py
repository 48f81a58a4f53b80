"""A simulated Slack workspace and a simulated ImaRouter; the real bot runs against them unmodified."""
