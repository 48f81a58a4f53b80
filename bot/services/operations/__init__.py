"""What the engineer who runs the bot asks: checks, records, retries."""
