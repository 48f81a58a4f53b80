"""What was asked for: the prompt, size, sources and price, pending requests, and why an ask is refused."""
