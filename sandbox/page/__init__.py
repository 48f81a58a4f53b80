"""The sandbox workspace in a browser: static files, and the routes they need beside the control API."""
