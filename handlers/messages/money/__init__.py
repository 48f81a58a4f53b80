"""Money in words: amounts, what is left, whose budget, charts, and the buttons that change it."""
