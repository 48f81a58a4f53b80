"""The only package that knows Slack: listeners, parsing, blocks, sentences, delivery."""
