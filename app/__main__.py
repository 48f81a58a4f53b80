"""The launcher: ``imagine-bot`` and ``python -m app`` begin here."""

from __future__ import annotations

import sys


def main() -> None:
    """Run one command. Wrong settings end it with one sentence each, exit code 2, and no stack trace."""
    if sys.argv[1:] == [
        "health"
    ]:  # containers ask every few seconds: not even the table of commands is loaded
        from app.commands.health import check_health

        sys.exit(check_health())
    from app.cli import cli

    try:
        cli(prog_name="imagine-bot")
    except Exception as error:
        from bot.domain.errors import SettingsError
        from bot.errors import StoreUnavailable

        if isinstance(error, SettingsError):
            sys.exit(_say(error.sentences, code=2))
        if isinstance(error, StoreUnavailable):
            sys.exit(_say([f"The database cannot be used: {error}"], code=1))
        raise


def _say(sentences: list[str], *, code: int) -> int:
    sys.stderr.writelines(f"{sentence}\n" for sentence in sentences)
    return code


if __name__ == "__main__":
    main()
