"""Pure rules and data: requests, sizes, prices, money, periods, the life of a job. No I/O, no clock."""
