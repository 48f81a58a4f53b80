"""Models of what Slack sends."""
