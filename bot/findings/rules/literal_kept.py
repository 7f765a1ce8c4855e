"""Values of another type that became texts as the server writes them, and JSON that became a string of JSON."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import counted
from bot.migration.proof.kept_literals import KeptLiteral
from bot.model import Finding
from bot.sqltext.names import dotted

CODE = "literal-kept"
CODES = {CODE: "Values became the server's literals of the type that they had"}


def check(facts: Facts) -> Iterator[Finding]:
    answered = {d.subject for d in facts.project.decisions if d.kind == "using" and d.decided in ("command", "setting")}
    own = bool(facts.authored)
    for found in facts.literals:
        if dotted(*found.new) not in answered:
            kind = "a JSON string of JSON" if found.kind == "text" else f"the server's literal of {_of(found)}"
            yield Finding(
                code=CODE,
                severity="warning",
                title=f"{counted(found.rows, 'value')} of {dotted(*found.new)} became {kind}",
                detail=f"`{found.value[:60]}` is one of them, made of {dotted(*found.old)}.",
                advice=_advice(found, own),
            )


def _of(found: KeptLiteral) -> str:
    return {"bytea": "bytes", "array": "an array", "json": "a JSON string", "money": "an amount of money"}.get(
        found.kind, f"a {found.kind}"
    )


def _advice(found: KeptLiteral, own: bool) -> str:
    if not found.meant:
        return "Make the text of its parts, or check that this is what the code reads."
    if own or found.old != found.new:
        return f"Perhaps `{found.meant}` is meant, in place of the cast."
    command = f"/migration using {dotted(*found.new)} {found.meant}"
    return f"Say what is meant: `{command}`, or with a cast, if it is the literal."
