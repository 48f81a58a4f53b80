"""What the app is and does. No Slack words, no SQL."""
