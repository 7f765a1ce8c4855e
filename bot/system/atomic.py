"""Files and folders that other runs may read at the same moment: they are there whole, or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Write a file that everybody may read; whoever reads it meanwhile sees what was there before, or all of it."""
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """A new folder to fill, which gets its name at the end; who comes second keeps what the first one made."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    building = Path(tempfile.mkdtemp(prefix=f"{path.name}.", dir=path.parent))
    try:
        building.chmod(0o755)
        yield building
        with suppress(OSError):  # the other's is as good
            building.rename(path)
    finally:
        shutil.rmtree(building, ignore_errors=True)
