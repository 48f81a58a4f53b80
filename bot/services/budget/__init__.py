"""Accounts, limits, thresholds, exports and who may decide about them."""
