"""The only room that knows Slack: listeners, parsing, blocks, sentences, delivery."""
