"""How long the upgrade takes with as many rows as you have: measured with fewer, and foretold."""
