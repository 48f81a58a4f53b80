"""A message becomes an ask: which messages count, what they are about, and which picture they mean."""
