"""Measures in a real workspace what only it can tell: ``imagine-bot doctor --live`` (loop reference 2)."""
