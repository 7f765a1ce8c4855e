"""Measurements, side by side with what people do today. Run by hand: `python -m benchmarks.NAME`."""
