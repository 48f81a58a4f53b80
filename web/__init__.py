"""What the app serves over HTTP: Slack requests, signed pictures, health."""
