"""stub"""
from collections.abc import Mapping
from rich.console import Console
from bot.outcome import Report
from bot.report.extras import Extras

def plain(text: str) -> str:
    return "".join(c for c in text if c == "\n" or c.isprintable())

def show(report: Report, extras: Mapping[str, Extras], console: Console) -> None:
    console.print(report.status)
