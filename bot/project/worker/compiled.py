"""What Python files of the checkout were compiled to, for as long as the process lives.

Each command loads all migrations again, as it must: what a module holds may be changed by its upgrade. To compile the
same bytes again is no part of that, and takes as long as the rest. Nothing is written, and nothing is found by date.
"""

import os
from functools import wraps
from importlib.machinery import SourceFileLoader
from typing import Any, Dict, Tuple


def install(checkout: str) -> None:
    """Remember the code of what is loaded from this folder."""
    loader: Any = SourceFileLoader
    compile_as_ever = loader.source_to_code
    known: Dict[Tuple[str, bytes], Any] = {}
    beneath = checkout + os.sep

    @wraps(compile_as_ever)
    def source_to_code(self: Any, data: Any, path: Any, **options: Any) -> Any:
        if options or not isinstance(data, bytes) or not str(path).startswith(beneath):
            return compile_as_ever(self, data, path, **options)
        key = (str(path), data)
        if key not in known:
            known[key] = compile_as_ever(self, data, path)
        return known[key]

    loader.source_to_code = source_to_code
