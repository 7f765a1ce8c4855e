"""`python -m bot` is `migration-bot`."""

from bot.cli import main

main()
