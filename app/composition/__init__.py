"""Builds the parts of the bot and connects them, a file a concern. Nothing here runs them."""
