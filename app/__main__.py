"""``python -m app`` is ``imagine-bot``."""

from app.cli import main

main()
