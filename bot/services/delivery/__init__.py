"""Paid pictures reach their people: fetched once, previewed, posted once, shown in the job's message."""
