"""Which lines of a migration are sent again and again, until nothing is left to be done.

In: the source of a migration file, or of a module that one imports; it is read and never run. Out: whether a line may
stand in such a loop.
"""

import ast
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.discovery import syntax
from bot.findings.facts import Facts

_COMPREHENSIONS = (ast.GeneratorExp, ast.ListComp, ast.SetComp)
_LITERALS = (ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Constant)
_MAIN = ("upgrade", "downgrade")
_ONCE = ("run_sync", "run_async")  # what calls the function that it gets once

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Loops:
    """`known` tells whether the file is Python; `ends` are the last lines of its loops, `repeated` the first and last
    lines of what may run several times, `once` the lines that fetch some rows of a result, and never those behind
    them, with the call."""

    known: bool
    ends: tuple[int, ...] = ()
    repeated: tuple[tuple[int, int], ...] = ()
    once: tuple[tuple[int, str], ...] = ()

    def begins_after(self, line: int | None) -> bool:
        """Whether a line stands in a loop, or before one."""
        return line is not None and any(line <= last for last in self.ends)

    def may_repeat(self, line: int | None) -> bool:
        """Whether a line may run several times."""
        return not self.known or line is None or any(first <= line <= last for first, last in self.repeated)


def of(facts: Facts, path: str) -> Loops:
    """The loops of one file of the author's migrations, with those of the others in mind."""
    source = next(file.source for file in facts.code if file.path == path)
    return read(source, tuple(file.source for file in facts.code if file.path != path))


@lru_cache(64)
def read(source: str, elsewhere: tuple[str, ...] = ()) -> Loops:
    """The loops of a file, but for those over values that stand in it: each round of them is for another value.

    `elsewhere` are the other files of the same migration, whose functions it may call, or that may call its own.
    """
    tree = syntax.parsed(source)
    if tree is None:
        return Loops(known=False)
    others = [other for other in map(syntax.parsed, elsewhere) if other is not None]
    looping = {function.name for other in others if _loops(other) for function in _functions(other)}
    loops = [*_loops(tree), *_calls_of(tree, looping)]
    named = {name for other in others for name in _named_in_loops(other)}
    repeated = [part for loop in loops for part in _rounds(loop)]
    repeated += _called_in_loops(tree, named)
    within = {id(node) for part in repeated for node in ast.walk(part)}
    once = [node for node in _fetching_some(tree) if id(node) not in within]
    return Loops(
        True,
        tuple(_last(loop) for loop in loops),
        tuple((part.lineno, _last(part)) for part in repeated),
        tuple((node.lineno, syntax.unparsed(node)) for node in once),
    )


def _loops(tree: ast.Module) -> list[ast.stmt | ast.expr]:
    listed = {name for node in ast.walk(tree) for name in _names_of_literals(node)}
    return [
        node
        for node in ast.walk(tree)
        if (isinstance(node, ast.For | ast.AsyncFor | ast.While) and not _is_over(node, listed))
        or (isinstance(node, _COMPREHENSIONS) and _sends(node))
    ]


def _rounds(loop: ast.stmt | ast.expr) -> list[ast.stmt | ast.expr]:
    """What runs in each round: not what a `for` goes through, but for what it is given to call."""
    if isinstance(loop, ast.For | ast.AsyncFor):
        return [*loop.body, *(node for node in ast.walk(loop.iter) if isinstance(node, ast.Lambda))]
    if isinstance(loop, ast.While):
        return [loop.test, *loop.body]
    return [loop.elt] if isinstance(loop, _COMPREHENSIONS) else [loop]


def _called_in_loops(tree: ast.Module, named: Collection[str]) -> list[Function]:
    """Functions that a loop may call, itself or through others; upgrade and downgrade run once."""
    functions = [function for function in _functions(tree) if function.name not in _MAIN]
    recursive = {function.name for function in functions if function.name in _names(function.body)}
    names = {*named, *_named_in_loops(tree), *recursive}
    found: list[Function] = []
    while fresh := [function for function in functions if function.name in names and function not in found]:
        found += fresh
        names |= _names(fresh)
    return found


def _named_in_loops(tree: ast.Module) -> set[str]:
    """Names that loops use; and functions that something gets to call, if there is a loop."""
    loops = _loops(tree)
    return _names(part for loop in loops for part in _rounds(loop)) | (_handed_on(tree) if loops else set())


def _handed_on(tree: ast.Module) -> set[str]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    given = [
        value
        for call in calls
        if not _names([call.func]) & {*_ONCE}
        for value in (*call.args, *(word.value for word in call.keywords))
    ]
    return {value.id for value in given if isinstance(value, ast.Name)}


def _calls_of(tree: ast.Module, names: Collection[str]) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if called in names and called not in _MAIN:
                yield node


def _functions(tree: ast.Module) -> list[Function]:
    return [node for node in ast.walk(tree) if isinstance(node, Function)]


def _names(parts: Iterable[ast.AST]) -> set[str]:
    nodes = [node for part in parts for node in ast.walk(part)]
    return {node.id for node in nodes if isinstance(node, ast.Name)} | {
        node.attr for node in nodes if isinstance(node, ast.Attribute)
    }


def _sends(node: ast.GeneratorExp | ast.ListComp | ast.SetComp) -> bool:
    """`[bind.execute(…) for row in rows]`, and the same as a generator, which may never be run."""
    calls = (part.func for part in ast.walk(node.elt) if isinstance(part, ast.Call))
    return any(isinstance(call, ast.Attribute) and call.attr.startswith("exec") for call in calls)


def _fetching_some(tree: ast.Module) -> Iterator[ast.Call]:
    """`result.fetchmany(100)`"""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "fetchmany":
            yield node


def _names_of_literals(node: ast.AST) -> Iterator[str]:
    """`NAMES = ("a", "b")`"""
    if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, _LITERALS):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def _is_over(loop: ast.For | ast.AsyncFor | ast.While, listed: set[str]) -> bool:
    """Whether it goes through a literal, or through `NAMES.items()` of one."""
    over = None if isinstance(loop, ast.While) else loop.iter
    if isinstance(over, ast.Call) and isinstance(over.func, ast.Attribute):
        over = over.func.value
    return isinstance(over, _LITERALS) or (isinstance(over, ast.Name) and over.id in listed)


def _last(node: ast.stmt | ast.expr) -> int:
    return node.end_lineno or node.lineno
