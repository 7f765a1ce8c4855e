"""What an environment has in it: its Python, its packages, and which of them were made from the checkout.

In: its folder. Out: names and versions as the installer's metadata have them; nothing is run.
"""

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bot.project.environment.uv_errors import normal
from bot.system import beneath
from bot.system.atomic import write_whole
from bot.system.links import link

_PACKAGES = "lib/python*/site-packages/*.dist-info"


def python_version(folder: Path) -> tuple[int, int]:
    """The Python version of an environment."""
    found = next(folder.glob("lib/python*"), Path("python3.12"))
    major, _, minor = found.name.removeprefix("python").partition(".")
    return int(major), int(re.sub(r"\D.*", "", minor) or 0)


def copy(source: Path, target: Path) -> None:
    """An environment in another place, as links; its programs are started with its own Python."""
    shutil.copytree(source, target, symlinks=True, copy_function=link)
    for name in beneath.names(target, "bin"):
        text = beneath.text(target, f"bin/{name}") or ""
        if text.startswith("#!") and str(source) in text:
            # Another file in its place: as it is, it is the same one in both.
            write_whole(target / "bin" / name, text.replace(str(source), str(target)))
            (target / "bin" / name).chmod(0o755)


def versions(folder: Path) -> dict[str, str]:
    """The packages that are there, with their versions."""
    names = (path.name.removesuffix(".dist-info") for path in folder.glob(_PACKAGES))
    return {name: version for name, _, version in (each.rpartition("-") for each in names) if name}


def distributions(folder: Path) -> set[str]:
    """The packages that are there, as the index calls them."""
    names = [path.name for path in folder.glob(_PACKAGES)]
    return {normal(name.rsplit("-", 1)[0] if name.count("-") == 1 else name.split("-")[0]) for name in names}


def made_of(folder: Path, checkout: Path) -> Iterator[tuple[str, str]]:
    """The packages that were made from folders of a checkout, each with the folder."""
    root = Path(os.path.realpath(checkout))
    for path in sorted(folder.glob(f"{_PACKAGES}/direct_url.json")):
        said = beneath.text(folder, path.relative_to(folder).as_posix())
        source = Path(os.path.realpath(_local_folder(said or "")))
        if source.is_relative_to(root) and str(source).isprintable():
            yield path.parent.name.partition("-")[0], source.relative_to(root).as_posix()


def of_index(folder: Path, own: Mapping[str, Path]) -> Iterator[tuple[str, Path]]:
    """The packages that an index gave although the checkout has them: `own` are names and folders with their code."""
    for path in sorted(folder.glob(_PACKAGES)):
        name = path.name.removesuffix(".dist-info").rpartition("-")[0]
        place = own.get(normal(name))
        listed = beneath.text(folder, (path / "RECORD").relative_to(folder).as_posix()) or ""
        tops = {line.partition("/")[0] for line in listed.splitlines() if re.match(r"[\w-]+(/.*)?\.py,", line)}
        if place and any((below / top).is_dir() for below in (place, place / "src", place / "lib") for top in tops):
            yield name, place


def _local_folder(text: str) -> str:
    """The folder that a package was installed from, as its `direct_url.json` says; the root where it says none."""
    try:
        address = urlsplit(json.loads(text)["url"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return "/"
    path = unquote(address.path) if address.scheme == "file" else "/"
    return path if path.isprintable() else "/"
