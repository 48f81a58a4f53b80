"""Every sentence and every block that the bot says."""
