"""What goes out to a conversation, and what is fetched from Slack for it."""
