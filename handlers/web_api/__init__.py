"""How Slack's Web API is called: client, pace, error codes, uploads, availability."""
