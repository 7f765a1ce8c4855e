"""The findings for code scanning: SARIF 2.1.0 (OASIS), as GitHub and editors read it.

In: a report. Out: one run with a rule for each code and a result for each finding, open question and environment that
could not be examined. Places are relative to the repository; what has no place of its own stands at the migration, or
at the configuration. Fingerprints do not depend on lines, so that an alert stays the same when its file changes.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from bot.findings import registry
from bot.model import Decision, Failure, Finding, Project, Report, Severity, Where
from bot.report.text import visible

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_HOME = "https://github.com/OWNER/alembic-migration-bot"
# What a report has beside its findings, and a log of alerts would not show: no alert reads as nothing found.
_OTHERS = {
    "open-question": "The author has to say what is meant",
    "no-verdict": "An environment could not be examined",
}
_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "notice": "note"}
_BRACKETS = str.maketrans({"\\": "\\\\", "[": "\\[", "]": "\\]"})  # text in brackets may be a link
_LONGEST = 1_000  # characters of a message


def sarif(report: Report) -> bytes:
    """The log file."""
    rules = {**registry.descriptions(), **_OTHERS}
    found = [(project, finding) for project in report.projects for finding in _findings(project)]
    used = sorted({visible(finding.code) for _, finding in found})
    run = {
        "tool": {
            "driver": {
                "name": "Alembic Migration Bot",
                "informationUri": _HOME,
                "rules": [_rule(code, rules.get(code, code)) for code in used],
            }
        },
        "automationDetails": {"id": "migration-bot/"},
        "invocations": [_invocation(report)],
        "results": list(_results(found, used)),
        "columnKind": "unicodeCodePoints",
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(log), indent=2) + b"\n"


def _findings(project: Project) -> Iterator[Finding]:
    """What was found, what is asked, and that there is no verdict."""
    yield from project.findings
    if project.error is not None:
        yield _without_verdict(project.label, project.error)
    for decision in project.decisions:
        if decision.decided == "open":
            yield _asked(decision)


def _without_verdict(label: str, error: Failure) -> Finding:
    return Finding(
        code="no-verdict",
        severity="error",
        title=f"{label} could not be examined",
        detail=error.message,
        advice=error.advice,
    )


def _asked(decision: Decision) -> Finding:
    return Finding(
        code="open-question",
        severity="warning",
        title=f"A question on {decision.subject} is open",
        detail=decision.question,
        advice=f"Answer it with `{decision.how}`.",
    )


def _rule(code: str, text: str) -> dict[str, Any]:
    page = f"{_HOME}/blob/main/docs/findings.md#{'in-code-scanning' if code in _OTHERS else quote(code)}"
    return {
        "id": code,
        "shortDescription": {"text": text},
        "fullDescription": {"text": f"{text}."},
        "helpUri": page,
        "help": {
            "text": f"{text}. See {page} for a bad and a good example.",
            "markdown": f"{text}. See [a bad and a good example]({page}).",
        },
        "properties": {"tags": ["alembic", "postgresql"]},
    }


def _results(found: list[tuple[Project, Finding]], codes: list[str]) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    for project, finding in found:
        code, place = visible(finding.code), _place(project, finding)
        same = hashlib.sha256(
            "\0".join([project.label, finding.code, place.path, finding.title]).encode(errors="replace")
        )
        mark = same.hexdigest()[:16]
        seen[mark] += 1
        yield {
            "ruleId": code,
            "ruleIndex": codes.index(code),
            "level": _LEVELS[finding.severity],
            "message": {"text": _message(finding)},
            "locations": [_location(place)],
            "partialFingerprints": {"primaryLocationLineHash": f"{mark}:{seen[mark]}"},
        }


def _message(finding: Finding) -> str:
    title = finding.title if finding.title.endswith((".", "?", "!")) else f"{finding.title}."
    said = " ".join(part for part in (title, finding.detail, finding.advice) if part)
    short = said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"
    return visible(short).translate(_BRACKETS)


def _place(project: Project, finding: Finding) -> Where:
    """A file that is in the repository: a generated one is not there yet."""
    generated = {migration.path for migration in project.migrations if migration.origin == "generated"}
    if finding.where is not None and finding.where.path not in generated:
        return finding.where
    own = [migration.path for migration in project.migrations if migration.origin == "pull_request"]
    return Where(path=own[0] if own else project.config, line=1)


def _location(place: Where) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(visible(place.path)), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": max(place.line or 1, 1)},
        }
    }


def _invocation(report: Report) -> Mapping[str, Any]:
    """Why there is no verdict, where there is none."""
    errors = [(project.label, project.error) for project in report.projects if project.error is not None]
    notes = [
        {"level": "error", "message": {"text": visible(f"{label}: {error.message}")[:_LONGEST].translate(_BRACKETS)}}
        for label, error in errors
    ]
    return {"executionSuccessful": not errors, "toolExecutionNotifications": notes}
