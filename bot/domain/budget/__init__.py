"""Money rules: the ledger, periods, limits, prices, what admins are told."""
