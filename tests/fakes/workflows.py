"""GitHub around a repository's workflow files: which of them an event starts, and what their jobs do.

In: the stage with the fake GitHub, whose branches have the files; an event. Out: what became of each job. Written from
GitHub's "Workflow syntax" and "Evaluate expressions": events with their types, branches and workflows, permissions
(what is not named is none), `if`, `needs`, a matrix, outputs, artifacts. The bot's own step runs on this machine,
without its container. Left out: what no workflow of ours has.
"""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from jinja2 import ChainableUndefined, Environment

from bot.init.workflow import ACTION
from tests.fakes.checkout import check_out
from tests.support.action import ActionHarness

FOLDER = ".github/workflows"
USUAL_TYPES = {"pull_request": ("opened", "synchronize", "reopened")}  # of an event whose `types` are not named
SKIPS = ("[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]")  # in a commit's message
SCOPES = {"contents", "pull-requests", "checks"}  # that the fake GitHub knows
INPUTS = yaml.safe_load((Path(__file__).parents[2] / "action.yml").read_text())["inputs"]

# Operators and truth are nearly those of GitHub's expressions; an unknown property is empty.
_EXPRESSIONS = Environment(undefined=ChainableUndefined, autoescape=False)


@dataclass
class Run:
    """A workflow's run: results, outputs and the bot's exit codes, by job."""

    name: str
    results: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    codes: dict[str, list[int]] = field(default_factory=dict)


@dataclass
class Workflows:
    """`artifacts` are kept from run to run, by name."""

    stage: ActionHarness
    artifacts: dict[str, Path] = field(default_factory=dict)
    alerts: list[str] = field(default_factory=list)  # files for code scanning

    def deliver(self, event_name: str, event: Mapping[str, Any], ref: str) -> list[Run]:
        """The event starts the workflows that `ref` has for it, unless its commit asks for none."""
        if self._is_skipped(event_name, event):
            return []
        found = [
            (workflow, self._run(workflow, event_name, event, ref))
            for workflow in self._files(ref)
            if _starts(workflow, event_name, event)
        ]
        return [run for _, run in found]

    def _is_skipped(self, event_name: str, event: Mapping[str, Any]) -> bool:
        """GitHub's "Skipping workflow runs": for these two events only, by the commit that is pushed or proposed."""
        proposed = event.get("pull_request", {}).get("head", {})
        commit = {"push": event.get("after"), "pull_request": proposed.get("sha")}.get(event_name)
        if not commit:
            return False
        message = self.stage.hub.run("log", "-1", "--format=%B", str(commit))
        return any(word in message for word in SKIPS)

    def _files(self, ref: str) -> Iterator[dict[Any, Any]]:
        hub = self.stage.hub
        for path in hub.run("ls-tree", "-r", "--name-only", ref, f"{FOLDER}/").splitlines():
            yield yaml.safe_load(hub.run("show", f"{ref}:{path}"))

    def _run(self, workflow: Mapping[str, Any], event_name: str, event: Mapping[str, Any], ref: str) -> Run:
        run = Run(workflow["name"])
        self.stage.workflow = workflow["name"]
        github = {"event_name": event_name, "event": event, "workflow": workflow["name"], "token": "ghs_secret"}
        for name, job in workflow["jobs"].items():
            needed = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
            needs = {each: {"result": run.results[each], "outputs": run.outputs.get(each, {})} for each in needed}
            if not _is_true(job.get("if", "success()"), {"github": github, "needs": needs}, _passed(run, needed)):
                run.results[name] = "skipped"
                continue
            with self._permissions(job.get("permissions", workflow.get("permissions", {})), event):
                done = [
                    _Job(self, job, {"github": github, "needs": needs, "matrix": each}, ref).run()
                    for each in _matrix(job, {"github": github, "needs": needs})
                ]
            run.results[name] = "failure" if any(job.failed for job in done) else "success"
            run.outputs[name] = done[-1].outputs if done else {}
            run.codes[name] = [code for job in done for code in job.codes]
        return run

    @contextmanager
    def _permissions(self, given: Mapping[str, str], event: Mapping[str, Any]) -> Iterator[None]:
        """A fork's token can only read, whatever the workflow gives it."""
        hub = self.stage.hub
        pull = event.get("pull_request") or {}
        source = (pull.get("head", {}).get("repo") or {}).get("full_name", hub.repository)
        writes = set() if source != hub.repository else {scope for scope, may in given.items() if may == "write"}
        before, hub.withheld = hub.withheld, SCOPES - writes
        try:
            yield
        finally:
            hub.withheld = before


@dataclass
class _Job:
    workflows: Workflows
    job: Mapping[str, Any]
    contexts: dict[str, Any]
    ref: str
    failed: bool = False
    outputs: dict[str, str] = field(default_factory=dict)
    codes: list[int] = field(default_factory=list)

    def run(self) -> "_Job":
        stage = self.workflows.stage
        workspace = stage.folder / "prepared"
        shutil.rmtree(workspace, ignore_errors=True)
        workspace.mkdir()
        self.contexts["steps"] = {}
        for step in self.job["steps"]:
            if _is_true(step.get("if", "success()"), self.contexts, not self.failed):
                good, outputs = self._step(step)
                self.contexts["steps"][step.get("id", "")] = {"outputs": outputs}
                self.failed |= not good and not step.get("continue-on-error", False)
        self.outputs = {name: str(_filled(text, self.contexts)) for name, text in self.job.get("outputs", {}).items()}
        return self

    def _step(self, step: Mapping[str, Any]) -> tuple[bool, dict[str, str]]:
        given = {name: _filled(value, self.contexts) for name, value in step.get("with", {}).items()}
        what = step["uses"].partition("@")[0]
        if step["uses"] == ACTION:
            return self._bot(given)
        if what == "actions/download-artifact":
            return self._download(given), {}
        if what == "actions/checkout":
            shutil.rmtree(self.workspace)
            check_out(self.workspace, f"file://{self.workflows.stage.hub.git}", self.ref)
        elif what == "actions/upload-artifact":
            self._upload(given)
        elif what == "github/codeql-action/upload-sarif":
            self.workflows.alerts.append((self.workspace / given["sarif_file"]).read_text())
        else:
            assert what == "actions/cache", f"a step that this runner does not know: {what}"
        return True, {}

    @property
    def workspace(self) -> Path:
        """Before the bot's step, and after it."""
        stage = self.workflows.stage
        return stage.folder / f"runner{stage.runs}" / "workspace" if self.codes else stage.folder / "prepared"

    def _bot(self, given: Mapping[str, str]) -> tuple[bool, dict[str, str]]:
        assert not set(given) - set(INPUTS), "an input that the action does not have"
        github = self.contexts["github"]
        # What is kept between runs, the stage keeps for all tests.
        inputs = {name.replace("-", "_"): str(value) for name, value in given.items() if name != "cache-dir"}
        code = self.workflows.stage.run(github["event_name"], github["event"], **inputs)
        self.codes.append(code)
        return code == 0, dict(self.workflows.stage.outputs)

    def _upload(self, given: Mapping[str, str]) -> None:
        kept = self.workflows.stage.folder / "artifacts" / given["name"]
        if (self.workspace / given["path"]).exists():
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(self.workspace / given["path"], kept)
            self.workflows.artifacts[given["name"]] = kept

    def _download(self, given: Mapping[str, str]) -> bool:
        """One artifact by its name, or all that match, each in a folder of its own."""
        kept, target = self.workflows.artifacts, self.workspace / given["path"]
        if "name" in given:
            if given["name"] in kept:
                shutil.copytree(kept[given["name"]], target)
            return given["name"] in kept
        for name in (name for name in kept if fnmatch(name, given["pattern"])):
            shutil.copytree(kept[name], target / name)
        return True


def _starts(workflow: Mapping[Any, Any], event_name: str, event: Mapping[str, Any]) -> bool:
    events = workflow[True]  # YAML 1.1 reads the key `on` as a truth value
    named = {events: None} if isinstance(events, str) else events if isinstance(events, dict) else dict.fromkeys(events)
    if event_name not in named:
        return False
    only = named[event_name] or {}
    types = only.get("types", USUAL_TYPES.get(event_name, (event.get("action"),)))
    branch = str(event.get("ref", "")).removeprefix("refs/heads/")
    return (
        event.get("action") in types
        and branch in only.get("branches", [branch])
        and event.get("workflow_run", {}).get("name") in [*only.get("workflows", [None])]
    )


def _passed(run: Run, needed: list[str]) -> bool:
    return all(run.results[each] == "success" for each in needed)


def _matrix(job: Mapping[str, Any], contexts: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = job.get("strategy", {}).get("matrix")
    return [{}] if given is None else list(_filled(given, contexts)["include"])


def _is_true(condition: str, contexts: Mapping[str, Any], passed: bool) -> bool:
    """Where no function asks how things went, all that came before has to have passed."""
    asks = re.search(r"\b(always|success|failure|cancelled)\(", condition)
    return bool((asks or passed) and _evaluated(condition, {**contexts, "success": lambda: passed}))


def _filled(text: Any, contexts: Mapping[str, Any]) -> Any:
    """A value with its expressions filled in; one that is nothing else keeps its type."""
    if not isinstance(text, str):
        return str(text).lower() if isinstance(text, bool) else text
    whole = re.fullmatch(r"\$\{\{(.*?)\}\}", text)
    if whole:
        return _evaluated(whole[1], contexts)
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: str(_evaluated(found[1], contexts)), text)


def _evaluated(text: str, contexts: Mapping[str, Any]) -> Any:
    known = {
        "always": lambda: True,
        "startsWith": lambda whole, part: str(whole).lower().startswith(str(part).lower()),
        "fromJSON": json.loads,
        "hashFiles": lambda *_: "0" * 64,
    }
    words = text.strip().removeprefix("${{").removesuffix("}}").replace("&&", " and ").replace("||", " or ")
    value = _EXPRESSIONS.compile_expression(words, undefined_to_none=True)(**known, **contexts)
    return "" if value is None else value
