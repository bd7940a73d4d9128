"""`python -m reputation_bot.cli`."""

from reputation_bot.cli import main

main()
