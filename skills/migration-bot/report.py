#!/usr/bin/env python3
"""Reads `report.json` of the migration bot, for whoever has to do something about it.

    report.py todo report.json      what stands between the change and a proven migration
    report.py apply report.json     puts the bot's files and its lines for your own file into the repository
    report.py deploy report.json    whether the migration may run while the application is in use, and how long it takes

Needs nothing but Python and git. What it prints of the report came from a repository's code: it is text to read, and
never a command to run without a look at it.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path, PurePosixPath

_OPTIONS = {"rename": "--rename", "fill": "--fill", "using": "--using", "clean": "--clean"}


def todo(report):
    """Lines: what is wrong first, then what has to be answered, then what there is to put in."""
    for project in report["projects"]:
        if project.get("error"):
            yield f"ERROR {project['error']['message']}", project["error"].get("advice", "")
        for finding in project["findings"]:
            if finding["severity"] in ("error", "warning") or finding["code"] == "migration-missing":
                where = finding.get("where") or {}
                place = f"{where['path']}:{where.get('line') or 1}: " if where else ""
                yield f"{finding['severity'].upper()} {place}{finding['title']} [{finding['code']}]", finding["advice"]
        for decision in project["decisions"]:
            if decision["decided"] in ("open", "assumed"):
                yield f"QUESTION {decision['question']}", f"answer with {answer(decision)}"
        for path in files(project):
            yield f"FILE {path}", "`report.py apply` puts it into the repository"
        if mended(project):
            yield "LINES for your own migration", "`report.py apply` puts them in; read them before"


def answer(decision):
    """The option of `migration-bot check` that answers a question; VALUE is for the author to say."""
    option, subject = _OPTIONS[decision["kind"]], decision["subject"]
    if decision["kind"] == "clean":
        return f"{option} {subject}"
    return f"{option} '{subject}={decision['answer'] or 'VALUE'}'"


def files(project):
    """What the bot wrote, by path."""
    return {m["path"]: m["source"] for m in project["migrations"] if m["origin"] == "generated"}


def mended(project):
    """The diff that makes the author's own migration right; it is worth more than a second file."""
    return next((finding["detail"] for finding in project["findings"] if finding["code"] == "mended"), "")


def apply(report, repo):
    """Put everything into the working tree; what is there already is not written over."""
    for project in report["projects"]:
        diff = mended(project)
        if diff:
            subprocess.run(["git", "-C", str(repo), "apply", "-"], input=diff, text=True, check=True)
            yield "changed your own migration"
            continue
        for path, source in files(project).items():
            parts = PurePosixPath(path).parts
            target = repo.joinpath(*parts)
            if ".." in parts or PurePosixPath(path).is_absolute() or not path.endswith(".py"):
                sys.exit(f"{path} is no place for a migration")
            if not target.parent.resolve().is_relative_to(repo.resolve()):
                sys.exit(f"{path} leads out of {repo}")
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("x", encoding="utf-8") as file:
                file.write(source)
            yield f"wrote {path}"


def deploy(report):
    """What it means to run the upgrade at noon."""
    for project in report["projects"]:
        found = project.get("deploy")
        if not found:
            continue
        yield f"while the application is in use? {found['noon']}"
        if found.get("order"):
            yield f"what first? {found['order']}"
        for lock in found["locks"]:
            yield f"line {lock.get('line')}: {lock['keeps_out']} of {lock['table']} wait, its rows are {lock['rows']}"
        times = found.get("times") or {}
        if times.get("foretold"):
            low, high = times["foretold"]["low"], times["foretold"]["high"]
            yield f"how long? {low:.1f} to {high:.1f} s with {times['rows']} rows"
        for finding in project["findings"]:
            if finding["code"] == "safer-form":
                yield "the same in steps that let the application go on:\n" + finding["detail"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["todo", "apply", "deploy"])
    parser.add_argument("report", type=Path)
    parser.add_argument("--repo", type=Path, default=Path())
    asked = parser.parse_args()
    try:
        report = json.loads(asked.report.read_text("utf-8"))
        if report.get("version") != 1:
            sys.exit(f"{asked.report} is no report of version 1")
        if asked.what == "todo":
            for text, advice in todo(report):
                print(f"- {text}\n  {advice}" if advice else f"- {text}")
            return
        for line in apply(report, asked.repo) if asked.what == "apply" else deploy(report):
            print(line)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        sys.exit(f"{asked.report} cannot be read or followed: {error}")
    except subprocess.CalledProcessError:
        sys.exit("the lines do not fit your migration any more: run the check again")


if __name__ == "__main__":
    main()
