"""stub"""
from collections.abc import Mapping
from bot.outcome import Report
from bot.report.extras import Extras

def comment(report: Report, extras: Mapping[str, Extras] = {}, limit: int = 65_000) -> str:
    return report.status + "\n"
