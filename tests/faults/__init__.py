"""Tools that break while the bot uses them: one clear word about it, and nothing is left behind."""
