"""The pull request's own migration with what it lacks.

In: the author's newest file and the one that was generated on top of it, or in place of it. Out: the
author's file with the generated operations in its functions, and the diff that shows it.
"""

import ast
import difflib
import re
import textwrap
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from bot.discovery import syntax

_CHANGES_ROWS = re.compile(r"\b(update|insert|delete|merge|truncate|bulk_\w+|session|for|while)\b", re.IGNORECASE)


def diff(path: str, before: str, after: str) -> str:
    """A unified diff of one file, with as little around it as tells where it belongs."""
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{path}", f"b/{path}", n=1
    )
    return "".join(lines)


def completed(theirs: str, generated: str) -> str:
    """The author's file with the generated operations added to its functions.

    Empty when one of the files is not of the usual form: code that cannot be read is left alone.
    """
    try:
        return _mended(theirs, generated)
    except ValueError:
        return ""


def rewritten(theirs: str, generated: str) -> str:
    """The author's file with the generated bodies in its functions; empty as for `completed`.

    A statement that is the author's in other quotes, or on other lines, stays as the author wrote it.
    """
    try:
        tree, other = _tree(theirs), _tree(generated)
        lines = theirs.splitlines(keepends=True)
        for name in ("downgrade", "upgrade"):  # from the end of the file, mostly
            function, new = _function(tree, name), _function(other, name)
            same = _statements(function)
            if all(same) and same == _statements(new):
                continue  # other quotes are no reason to write it again
            body = _body(generated, new, _written(lines, function)) or "    pass\n"
            lines[_first(function) - 1 : function.end_lineno] = [body]
            tree = _tree("".join(lines))
            lines = "".join(lines).splitlines(keepends=True)
        imports = _new_imports(tree, other)
        last = max((n.end_lineno or 0 for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)), default=0)
        lines[last:last] = [imports] if imports else []
    except ValueError:
        return ""
    return "".join(lines)


def keeps_changes_of_rows(theirs: str, source: str) -> bool:
    """Whether whatever may change rows in the author's file is in the other one as well."""
    try:
        return _changes_of_rows(theirs) <= _changes_of_rows(source)
    except ValueError:
        return False


def _changes_of_rows(source: str) -> set[str]:
    """Calls that speak of it, sessions, and loops, which may do so in pieces."""
    nodes = ast.walk(_tree(source))
    texts = {syntax.unparsed(node) for node in nodes if isinstance(node, ast.Call | ast.For | ast.While | ast.AsyncFor)}
    return {text for text in texts if _CHANGES_ROWS.search(text)}


def _mended(theirs: str, generated: str) -> str:
    lines = theirs.splitlines(keepends=True)
    tree, other = _tree(theirs), _tree(generated)
    edits: list[tuple[int, int, str]] = []  # after which line, replacing how many, with what
    for name, at_end in (("upgrade", True), ("downgrade", False)):
        function, addition = _function(tree, name), _body(generated, _function(other, name))
        if not addition:
            continue
        first = _first(function)
        if _is_pass(function):
            edits.append((function.body[-1].lineno - 1, 1, addition))
        elif at_end:
            edits.append((function.body[-1].end_lineno or first, 0, addition))
        else:
            edits.append((first - 1, 0, addition))
    imports = _new_imports(tree, other)
    if imports:
        last = max(
            (node.end_lineno or 0 for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)), default=0
        )
        edits.append((last, 0, imports))
    for after, count, text in sorted(edits, reverse=True):
        if after and not lines[after - 1].endswith("\n"):
            lines[after - 1] += "\n"
        lines[after : after + count] = [text]
    return "".join(lines)


def _tree(source: str) -> ast.Module:
    found = syntax.parsed(source, syntax.LONG)
    if found is None:
        raise ValueError("this is no Python")
    return found


def _function(tree: ast.Module, name: str) -> ast.FunctionDef:
    found = next((n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name), None)
    if found is None:
        raise ValueError(f"there is no function {name}")
    return found


def _first(function: ast.FunctionDef) -> int:
    """The line of the first statement, after the docstring."""
    body = function.body
    start = 1 if len(body) > 1 and ast.get_docstring(function) is not None else 0
    return body[start].lineno


def _statements(function: ast.FunctionDef) -> list[str]:
    """What a function does, however it is written; empty text for what is nested too deeply."""
    return [syntax.unparsed(each) for each in function.body[ast.get_docstring(function) is not None :]]


def _is_pass(function: ast.FunctionDef) -> bool:
    return isinstance(function.body[-1], ast.Pass)


def _written(lines: Sequence[str], function: ast.FunctionDef) -> dict[str, str]:
    """How the author wrote each statement that has its lines to itself, by what it does."""
    texts = {
        syntax.unparsed(each): textwrap.dedent("".join(lines[each.lineno - 1 : each.end_lineno]))
        for each in function.body
        if not lines[each.lineno - 1][: each.col_offset].strip()
    }
    # What is quoted over several lines would not be the same with other blanks before it.
    return {
        does: text for does, text in texts.items() if does and not any(quote in text for quote in ("'''", '"""', ";"))
    }


def _body(source: str, function: ast.FunctionDef, written: Mapping[str, str] = MappingProxyType({})) -> str:
    """The statements of a function, indented by four blanks; those that are `written` already, as they are there."""
    if _is_pass(function):
        return ""
    first = _first(function)
    lines = source.splitlines(keepends=True)[first - 1 : function.end_lineno]
    for each in reversed(function.body):
        text = written.get(syntax.unparsed(each)) if each.lineno >= first else None
        if text is not None:
            own = text if text.endswith("\n") else f"{text}\n"
            lines[each.lineno - first : (each.end_lineno or first) - first + 1] = [
                textwrap.indent(own, " " * each.col_offset)
            ]
    text = textwrap.dedent("".join(lines))
    return textwrap.indent(text if text.endswith("\n") else text + "\n", "    ")


def _new_imports(theirs: ast.Module, generated: ast.Module) -> str:
    """Those of the generated file's that its functions need, and the author's file has not."""
    known = {syntax.unparsed(node) for node in theirs.body}
    functions = [node for node in generated.body if isinstance(node, ast.FunctionDef)]
    used = {
        node.id for each in functions for part in each.body for node in ast.walk(part) if isinstance(node, ast.Name)
    }
    fresh = [
        syntax.unparsed(node)
        for node in generated.body
        if isinstance(node, ast.Import | ast.ImportFrom) and any(_bound(alias) in used for alias in node.names)
    ]
    return "".join(f"{line}\n" for line in fresh if line not in known)


def _bound(alias: ast.alias) -> str:
    """The name that an import gives to the file."""
    return alias.asname or alias.name.partition(".")[0]
