"""Pairs of schemas made by hypothesis: an old one, and a new one that some changes made of it."""
