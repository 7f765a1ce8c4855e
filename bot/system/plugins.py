"""Families of plug-ins: a plug-in is a module in its family's folder, found by listing that folder.

In: a package. Out: its modules by name, in the order of their names. There is no table to edit.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import ModuleType


@cache
def modules(package: str) -> Mapping[str, ModuleType]:
    """The modules of a package (not those of packages in it), imported, by name."""
    path = importlib.import_module(package).__path__
    names = sorted(module.name for module in pkgutil.iter_modules(path) if not module.ispkg)
    return {name: importlib.import_module(f"{package}.{name}") for name in names}
