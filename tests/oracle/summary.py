"""Verdicts as Markdown. In: what came of each case. Out: totals, a table by kind, and the cases that are not right."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from statistics import median, quantiles

from tests.oracle.runner import WORDS, CaseResult


def totals(results: list[CaseResult]) -> str:
    """One line: how many of each, and how long the bot took."""
    counts = Counter(v.word for v in results)
    seconds = [v.seconds for v in results]
    slow = quantiles(seconds, n=10)[-1] if len(seconds) > 1 else sum(seconds)
    words = ", ".join(f"{counts[word]} {word}" for word in WORDS)
    line = f"{len(results)} cases: {words}; {median(seconds or [0]):.1f} s in the middle, {slow:.1f} s at 90 %"
    compared = [v for v in results if v.plain is not None]
    return line + (f"; plain Alembic: {sum(bool(v.plain) for v in compared)} right" if compared else "")


def markdown(results: list[CaseResult], command: str) -> Iterator[str]:
    """The page, line by line."""
    yield "# What the bot makes of the catalogue of changes"
    yield ""
    yield f"Written by `{command}`."
    yield ""
    yield "Each case is a change of models; each file is judged apart from the bot's own reading of catalogs:"
    yield "`pg_dump` after upgrade, downgrade and second upgrade, and the rows in between."
    yield "*right*: schema and rows are as meant; *asks*: only the author can decide, and is asked; *false green*:"
    yield "called proven or unchanged, and the oracle disagrees. Plain Alembic ran the same project, untouched."
    yield ""
    yield totals(results)
    yield ""
    yield f"| kind | cases | {' | '.join(WORDS)} | plain Alembic right |"
    yield "|---" * (len(WORDS) + 3) + "|"
    kinds: dict[str, list[CaseResult]] = defaultdict(list)
    for result in results:
        kinds[result.kind].append(result)
    for kind, group in [*sorted(kinds.items()), ("**all**", results)]:
        counts = Counter(v.word for v in group)
        plain = sum(bool(v.plain) for v in group) if any(v.plain is not None for v in group) else "not asked"
        yield f"| {kind} | {len(group)} | {' | '.join(str(counts[word]) for word in WORDS)} | {plain} |"
    yield ""
    yield from _others(results)


def _others(results: list[CaseResult]) -> Iterator[str]:
    others = [v for v in results if v.word != "right"]
    if not others:
        return
    yield "| case | verdict | the bot says | why |"
    yield "|---|---|---|---|"
    for v in others:
        why = " ".join(v.why.split()).replace("|", "\\|").replace("<", "&lt;")
        yield f"| {v.case} | {v.word} | {v.status} | {why[:240]} |"
