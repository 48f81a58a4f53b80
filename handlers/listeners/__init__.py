"""One file for each kind of request: read what Slack sent, make one call to a service, answer."""
