"""Programs that measure; each prints a table and ratios of one run."""
