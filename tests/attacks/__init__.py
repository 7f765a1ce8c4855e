"""Attacks on the bot by the code that it runs: each one has to fail, and the run has to end with an honest report."""
