"""Literals that name what is gone: labels of enums that are compared as text, sequences, arguments of triggers. Pure.

In: a catalog, what is gone. Out: objects, each with the names. The server knows a label or a relation only where a
literal has its type; `status::text = 'open'` and `nextval('a_id_seq'::text)` are text to it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.model import ObjectKey
from bot.schema.gone import Gone, Name, columns_of
from bot.schema.objects import Column
from bot.schema.snapshots import Snapshot
from bot.schema.stale import Stale
from bot.sqltext import routines
from bot.sqltext.dml import named
from bot.sqltext.names import parts
from bot.sqltext.routines import tables_of, text_of
from bot.sqltext.words import Words, is_name, unquoted, words_of

# Where the text of an object is, by its kind.
_TEXTS = {
    "view": ("definition",),
    "materialized_view": ("definition",),
    "rule": ("definition",),
    "policy": ("using", "check"),
    "constraint": ("expression",),
    "column": ("default", "generated"),
    "index": ("definition",),
    "trigger": ("definition",),
    "domain": ("default",),
}
_OF_RELATIONS = ("nextval", "currval", "setval", "to_regclass", "tg_table_name", "tg_relname")
_TEXT_TYPES = ("text", "varchar", "character", "bpchar", "name")


@dataclass(frozen=True)
class StaleTexts:
    """`new` is the catalog after a change, `gone` what the change took away."""

    new: Snapshot
    gone: Gone

    def found(self) -> Iterator[Stale]:
        for key, words, types in self._texts():
            yield from dict.fromkeys(self._of(key, words, types))

    def _texts(self) -> Iterator[tuple[ObjectKey, Words, dict[str, str]]]:
        """Every text, with the types of the variables in it."""
        for kind, names in _TEXTS.items():
            for key, attributes in self.new.of(kind).items():
                text = " ; ".join(attributes[name] for name in names if attributes.get(name))
                if "'" in text:
                    yield key, words_of(text), {}
        for key, attributes in self.new.of("function").items():
            if routine := routines.read(attributes["definition"]):
                yield from ((key, part, routine.types()) for part in routine.parts)

    def _of(self, key: ObjectKey, words: Words, types: dict[str, str]) -> Iterator[Stale]:
        for place, word in enumerate(words):
            text = text_of(word)
            if text is None:
                continue
            for enum, labels in self.gone.labels.items():
                if text in labels and self._is_compared(key, words, place, enum, types):
                    yield Stale(key, "label", (*enum, text))
            for name, kind in self._relations.get(tuple(parts(text)), ()):
                if kind == "sequence" or _is_relation(words, place):
                    yield Stale(key, "relation", name)
            is_argument = key.kind == "trigger" and "execute" in map(str.lower, words[:place])
            if is_argument and (column := (key.schema, key.parent, text)) in self.gone.columns:
                yield Stale(key, "column", column)

    def _is_compared(self, key: ObjectKey, words: Words, place: int, enum: Name, types: dict[str, str]) -> bool:
        """Whether a literal stands for a value of an enum: by its cast, or by the column or variable beside it."""
        if words[place + 1 : place + 3] == (":", ":"):
            cast = named(words, place + 3)[0]
            if cast.name not in _TEXT_TYPES:
                return cast.means(*enum)
        if place and words[place - 1].lower() in ("then", "else"):  # what is shown for another value
            return False
        inserted = False
        for there in _beside(words, place):
            name = unquoted(words[there])
            inserted = inserted or name == "values"
            if name in types:
                return types[name] == enum[1]
            found = self._columns_meant(key, words, there)
            if found and all(self.gone.enum_columns.get(column) == enum for column in found):
                return True
            if found and not inserted:
                return False
        return False

    def _columns_meant(self, key: ObjectKey, words: Words, place: int) -> list[Column]:
        """The columns that a name may stand for: those of the relations that the text is about."""
        tables = dict(tables_of(words))
        before = words[place - 2 : place] if place > 1 else ()
        qualifier = unquoted(before[0]) if before[1:] == (".",) else ""
        meant = tables.get(qualifier)
        near = {table.name for table in tables.values()} | {key.parent, *self._triggered(key)}
        return [
            (schema, table, name)
            for schema, table, name in self._columns.get(unquoted(words[place]), ())
            if (meant.means(schema, table) if meant else table in near)
        ]

    def _triggered(self, key: ObjectKey) -> Iterator[str]:
        """The tables whose triggers run a function."""
        if key.kind == "function":
            called = f"{key.schema}.{key.name.partition('(')[0]}"
            yield from (trigger.parent for trigger, a in self.new.of("trigger").items() if a["function"] == called)

    @cached_property
    def _relations(self) -> dict[tuple[str, ...], list[tuple[Name, str]]]:
        """What is gone by the parts of its name, with or without the schema."""
        found: dict[tuple[str, ...], list[tuple[Name, str]]] = {}
        for name, kind in self.gone.relations.items():
            for spoken in ((name[1],), name):
                found.setdefault(spoken, []).append((name, kind))
        return found

    @cached_property
    def _columns(self) -> dict[str, list[Column]]:
        found: dict[str, list[Column]] = {}
        for column in columns_of(self.new):
            found.setdefault(column[2], []).append(column)
        return found


def _beside(words: Words, place: int) -> Iterator[int]:
    """The names before a literal in its statement, nearest first, but for types; then the one that it is equal to."""
    for there in range(place - 1, -1, -1):
        if words[there] == ";":
            break
        if is_name(words[there]) and text_of(words[there]) is None and words[max(there - 1, 0)] != ":":
            yield there
    after = place + 1
    while words[after : after + 2] == (":", ":"):
        after = named(words, after + 2)[1]
    if words[after : after + 1] == ("=",):
        yield from (there for there in range(after + 1, min(after + 6, len(words))) if is_name(words[there]))


def _is_relation(words: Words, place: int) -> bool:
    """Whether a literal is read as the name of a relation."""
    near = [word.lower() for word in words[max(place - 4, 0) : place + 9]]
    return any(word in _OF_RELATIONS for word in near[:4]) or "regclass" in near[4:]
