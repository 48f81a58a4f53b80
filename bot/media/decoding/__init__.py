"""What runs in the decoder's own process, and nowhere else: nothing of the bot imports it.

Bytes that strangers send are decoded here, so nothing in here knows a secret, the database or the network.
"""
