"""The machine that a run is on, as far as its process knows it.

In: nothing. Out: `Machine`, made once in `main` and handed on: nothing else reads the environment of the process, its
temporary folder or its home, so that what a run depends on can be seen where it begins.
"""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Machine:
    """The process's environment, the folder for temporary files, and the home of its user."""

    environ: Mapping[str, str] = field(repr=False)
    temporary: Path
    home: Path

    @classmethod
    def here(cls) -> "Machine":
        """That of this process."""
        try:
            temporary = Path(tempfile.gettempdir())
        except FileNotFoundError:  # none can be written to: whoever needs one says so
            temporary = Path("/tmp")  # noqa: S108
        home = Path(os.path.expanduser("~"))  # noqa: PTH111  raises nothing
        return cls(dict(os.environ), temporary, home if home.is_absolute() else temporary)
