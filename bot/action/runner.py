"""The Actions runner around the container: its variables, and the workflow commands that it understands.

In: the environment. Out: a `Runner`. Sources: the runner's own code (Handler.cs for the names of
inputs, ActionCommandManager.cs and FileCommandManager.cs for commands) and GitHub's "Workflow commands".
"""

import json
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TextIO

from bot.errors import UsageError

SUMMARY_LIMIT = 1024 * 1024  # bytes; a bigger one is dropped as a whole
MESSAGE_LIMIT = 4_000  # characters of an annotation's message that the runner keeps, with some room
_STATE = "STATE_"

Level = Literal["notice", "warning", "error"]


@dataclass(frozen=True)
class Runner:
    """`repository` is `owner/name`; `run_url` is the page of this run, `run` and `attempt` its numbers.

    `manual` is the page that explains the bot's words, of the version that runs; empty for a local copy of the action.
    `states` is what the step wrote into the file `state`, for the action's post step alone.
    """

    event_name: str
    event: Mapping[str, Any]
    repository: str
    workspace: Path
    workflow: str
    sha: str
    run_url: str
    run: int
    attempt: int
    server_url: str
    api_url: str
    temporary: Path
    inputs: Mapping[str, str]
    output: Path | None
    summary: Path | None
    manual: str = ""
    state: Path | None = None
    states: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def read(environ: Mapping[str, str]) -> "Runner":
        """From the variables that every step gets; raises `UsageError` if they are not those of a runner."""
        needed = ("GITHUB_EVENT_NAME", "GITHUB_EVENT_PATH", "GITHUB_REPOSITORY", "GITHUB_WORKSPACE")
        missing = [name for name in needed if not environ.get(name)]
        if missing:
            raise UsageError(
                f"{', '.join(missing)} is not set: this command is for GitHub Actions",
                "On your own machine, use `migration-bot check`.",
            )
        server = environ.get("GITHUB_SERVER_URL", "https://github.com").rstrip("/")
        repository = environ["GITHUB_REPOSITORY"]
        return Runner(
            event_name=environ["GITHUB_EVENT_NAME"],
            event=_event(Path(environ["GITHUB_EVENT_PATH"])),
            repository=repository,
            workspace=Path(environ["GITHUB_WORKSPACE"]),
            workflow=environ.get("GITHUB_WORKFLOW", ""),
            sha=environ.get("GITHUB_SHA", ""),
            run_url=f"{server}/{repository}/actions/runs/{environ.get('GITHUB_RUN_ID', '')}",
            run=_number(environ.get("GITHUB_RUN_ID", "")),
            attempt=_number(environ.get("GITHUB_RUN_ATTEMPT", "")),
            server_url=server,
            api_url=environ.get("GITHUB_API_URL", "https://api.github.com"),
            temporary=Path(environ.get("RUNNER_TEMP") or "/tmp"),  # noqa: S108  what the runner's own default is
            inputs=inputs(environ),
            output=_path(environ.get("GITHUB_OUTPUT")),
            summary=_path(environ.get("GITHUB_STEP_SUMMARY")),
            manual=_manual(server, environ),
            state=_path(environ.get("GITHUB_STATE")),
            states=_states(environ),
        )

    @property
    def run_and_attempt(self) -> str:
        """What identifies this run; GitHub shows a URL of its own on check runs made with a workflow's token."""
        return f"{self.run}.{self.attempt}"

    def set_output(self, name: str, value: str) -> None:
        """An output of the step."""
        _append(self.output, name, value)

    def save_state(self, name: str, value: str) -> None:
        """What the action's post step finds in `states`, however this step ends."""
        _append(self.state, name, value)

    def write_summary(self, markdown: str) -> None:
        """The job's summary, truncated to GitHub's limit."""
        if self.summary is None:
            return
        data = markdown.encode()
        if len(data) > SUMMARY_LIMIT:
            data = data[: SUMMARY_LIMIT - 200].decode("utf-8", "ignore").encode() + b"\n\n(cut: the artifact has all)\n"
        with self.summary.open("ab") as file:
            file.write(data)


def _states(environ: Mapping[str, str]) -> dict[str, str]:
    """A composite action's step has all of them, empty ones too."""
    return {name.removeprefix(_STATE): value for name, value in environ.items() if name.startswith(_STATE) and value}


def _append(path: Path | None, name: str, value: str) -> None:
    """The delimiter is random, so that a value cannot contain it."""
    if path is not None:
        delimiter = f"end-{secrets.token_hex(16)}"
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{name}<<{delimiter}\n{value}\n{delimiter}\n")


def _manual(server: str, environ: Mapping[str, str]) -> str:
    """The runner names where the action itself comes from (GitHub's "Variables reference")."""
    source, version = environ.get("GITHUB_ACTION_REPOSITORY", ""), environ.get("GITHUB_ACTION_REF", "")
    return f"{server}/{source}/blob/{version}/docs/how-it-works.md" if source and version else ""


def inputs(environ: Mapping[str, str]) -> dict[str, str]:
    """Inputs that were set, by their names in action.yml: `fail-on` arrives as `INPUT_FAIL-ON`."""
    prefix = "INPUT_"
    return {
        name.removeprefix(prefix).lower().replace("_", "-"): value
        for name, value in environ.items()
        if name.startswith(prefix) and value.strip()
    }


def _event(path: Path) -> Mapping[str, Any]:
    try:
        event = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"the event's payload {path} cannot be read: {error}") from error
    if not isinstance(event, dict):
        raise UsageError(f"the event's payload {path} is not an object")
    return event


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


def annotate(level: Level, message: str, *, title: str = "", path: str = "", line: int | None = None) -> None:
    """A notice, warning or error in the log, which the runner also shows on the run's page."""
    properties = {"title": title, "file": path, "line": "" if line is None else str(line)}
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    text = _data(message[:MESSAGE_LIMIT])
    sys.stdout.write(f"::{level}{' ' + listed if listed else ''}::{text}\n")
    sys.stdout.flush()


def mask(secret: str) -> None:
    """Have the runner mask a secret in the log."""
    if secret:
        sys.stdout.write(f"::add-mask::{_data(secret)}\n")
        sys.stdout.flush()


@contextmanager
def no_commands(stream: TextIO | None = None) -> Iterator[None]:
    """Disable workflow commands while the context lasts: output of the project may look like one."""
    out = stream or sys.stdout
    token = secrets.token_hex(16)
    out.write(f"::stop-commands::{token}\n")
    out.flush()
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        out.write(f"\n::{token}::\n")
        out.flush()


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
