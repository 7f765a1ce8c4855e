"""What tells apart the runs that report on one commit: each has a comment and a check run of its own.

In: the runner's workflow, the input `config`, the job's place in a matrix. Out: the comment's hidden marker, and the
check run's name, as GitHub names the jobs of a matrix. Without the matrix, the job for one server would write over the
verdict of the job for another.
"""

import json
from collections.abc import Iterator

from bot.action.runner import Runner
from bot.github import sticky
from bot.report.text import visible

_MOST = 100  # characters of the name that are a matrix's values


def marker(runner: Runner) -> str:
    """The hidden line that identifies the bot's own comment."""
    return sticky.marker(runner.workflow, _configs(runner), runner.inputs.get("matrix", "") if _values(runner) else "")


def check_name(runner: Runner) -> str:
    """One name for each workflow, set of configurations and job of a matrix."""
    values = visible(", ".join(_values(runner)))[:_MOST]
    named = dict.fromkeys(part for part in (runner.workflow, *_configs(runner), values) if part)
    return f"Migration ({', '.join(named)})" if named else "Migration"


def _configs(runner: Runner) -> list[str]:
    return runner.inputs.get("config", "").split()


def _values(runner: Runner) -> list[str]:
    """The values of the job's matrix in order, `null` being none; what configures nothing but the configuration."""
    try:
        found = json.loads(runner.inputs.get("matrix", "null"))
    except (ValueError, RecursionError):
        return []
    return list(_leaves(found))


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _leaves(each)
    elif value is not None:
        yield str(value).lower() if isinstance(value, bool) else str(value)
