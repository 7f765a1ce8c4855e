"""Databases built by models or migrations, with the extensions, tablespaces and roles that turn out to be missing.

In: workers, and what a database of models is built on, if not on nothing. Out: names of databases.
"""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import TypeVar

import psycopg2

from bot.database import missing_extensions
from bot.database.addresses import Address
from bot.database.databases import Databases
from bot.database.missing_extensions import Remedy
from bot.errors import ExtensionNeededError, ProjectError
from bot.project.client.client import Models, Worker

Result = TypeVar("Result")

_MOST = 50  # remedies for one database: the project's code could name new ones without an end


@dataclass
class Builder:
    """Makes databases; `notes` tell what was added to make them. Safe to use from several threads.

    `below` are databases that those of the models are copied from, by label; `complete` receives the name of each that
    nothing more is done to.
    """

    databases: Databases
    notes: dict[str, None] = field(default_factory=dict)
    below: Mapping[str, str] = field(default_factory=dict)
    complete: Callable[[str], None] = lambda _name: None

    def create_all(self, worker: Worker, label: str) -> tuple[str, Models]:
        """A database that the models build."""
        template = self.below.get(label)
        return self._build(label, lambda address: worker.create_all(address, over=template is not None), template)

    def upgrade(self, worker: Worker, label: str, target: str = "heads") -> str:
        """A database that the migrations build."""
        return self._build(label, lambda address: worker.upgrade(address, target))[0]

    def _build(self, label: str, act: Callable[[Address], Result], template: str | None = None) -> tuple[str, Result]:
        applied: list[Remedy] = []
        while True:
            name = self.databases.create(label, template)
            try:
                for remedy in applied:
                    self._apply(name, remedy)
                return name, act(self.databases.address(name))
            except ProjectError as error:
                self.databases.drop(name)
                found = missing_extensions.find(error.message)
                remedy_found = found or missing_extensions.rights(error.message, self.databases.roles)
                if remedy_found is None or remedy_found in applied or len(applied) >= _MOST:
                    raise
                applied.append(remedy_found)
                self._test(remedy_found, error)

    def _test(self, remedy: Remedy, error: ProjectError) -> None:
        """Whether the remedy can be had on this server; raises the error with what to do if not.

        Raises `ExtensionNeededError` where the extension has to be there beforehand.
        """
        made = False
        if remedy.kind == "extension" and not self._is_available(remedy.name):
            if self.databases.server.elsewhere(remedy.name):
                raise ExtensionNeededError(remedy.name) from error
            message = f"{error.message} (the database server has no extension {remedy.name})"
            raise ProjectError(message, remedy.advice, kind="extension", log_tail=error.log_tail) from error
        if remedy.kind == "tablespace":
            made = self.databases.create_tablespace(remedy.name)
        elif remedy.kind == "role":
            made = self.databases.create_role(remedy.name)
        else:
            with self.databases.temporary("remedy") as name:
                made = self._apply(name, remedy)
        if not made:
            if remedy.is_harmless and self.databases.server.private and not self._is_made(remedy):
                raise ExtensionNeededError(remedy.name) from error
            advice = f"Let an administrator prepare it: --setup '{remedy.sql}'." if remedy.kind == "extension" else ""
            raise ProjectError(error.message, advice, kind=error.kind, log_tail=error.log_tail) from error
        self.notes[remedy.note] = None

    def _is_made(self, remedy: Remedy) -> bool:
        return remedy.name in self.databases.server.extensions

    def _is_available(self, extension: str) -> bool:
        with closing(self.databases.server.admin.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT FROM pg_catalog.pg_available_extensions WHERE name OPERATOR(pg_catalog.=) %s", (extension,)
            )
            return cursor.fetchone() is not None

    def _apply(self, name: str, remedy: Remedy) -> bool:
        """With the project's rights, which trusted extensions need no more of: its code's words name the extension."""
        if remedy.kind in ("role", "tablespace"):
            return True
        try:
            with closing(self.databases.address(name).connect()) as connection, connection.cursor() as cursor:
                cursor.execute("SET search_path = public")
                cursor.execute(remedy.sql)
        except psycopg2.Error:
            return False
        return True
