"""Buttons with their action ids and values: a plain one, questions, pictures, commands, budgets."""
