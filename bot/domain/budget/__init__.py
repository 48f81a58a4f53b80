"""Rules about money: the ledger, periods, limits, rates, thresholds and what admins are told."""
