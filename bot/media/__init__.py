"""Bytes in: inspect and normalise pictures, publish sources."""
