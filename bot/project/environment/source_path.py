"""What of the project's own is found beside its installed packages: its code, and its metadata.

In: a checkout. Out: folders for the end of `sys.path`. The project itself is not installed: its code is
read from the checkout, so that both sides can share one environment.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from bot.project.environment import dependencies, entry_points, requirements
from bot.system import beneath


def folders(project: Path, checkout: Path, run_dir: Path, own: Sequence[str] = ()) -> tuple[Path, ...]:
    """The folders with the project's code, and one with its metadata for importlib.metadata.

    `own` are folders of the checkout with packages that the project requires.
    """
    found = dependencies.find(project, checkout)
    # What a project depends on may be said aside from its code.
    places = [found.folder] if project.is_relative_to(found.folder) else [project, checkout]
    code = [path for folder in places for path in dependencies.code_folders(folder, checkout)]
    members = requirements.sources_in_uv_lock(found) if found.kind == "uv.lock" else []
    members += [checkout / folder for folder in own]
    for member in members:
        code += dependencies.code_folders(member, checkout)
    code += _neighbours(checkout)
    overlay = run_dir / f"metadata-{checkout.name}"
    overlay.mkdir(exist_ok=True, mode=0o755)
    for folder in dict.fromkeys((found.folder, checkout, *members)):
        named = dependencies.project_name(folder, checkout) if folder.is_relative_to(checkout) else None
        if named is not None:
            _write_metadata(overlay, *named, entry_points.of(folder, checkout))
    return tuple(dict.fromkeys((overlay, *code)))


def _neighbours(checkout: Path) -> list[Path]:
    """Code of other projects in the same repository, which may be imported without being listed."""
    found: list[Path] = []
    for depth, name in ((1, "pyproject.toml"), (1, "setup.py"), (2, "pyproject.toml")):
        folders = [folder for folder in _folders(checkout, depth) if beneath.is_file(checkout, f"{folder}/{name}")]
        for folder in folders[:50]:
            found += dependencies.code_folders(checkout / folder, checkout)
    return found


def _folders(checkout: Path, depth: int) -> list[str]:
    """Folders of the checkout at a depth, sorted; none that is hidden or that a link leads to."""
    found = ["."]
    for _ in range(depth):
        inner = ((folder, name) for folder in found for name in beneath.folders(checkout, folder))
        found = [f"{folder}/{name}" for folder, name in inner if not name.startswith(".")]
    return found


def _write_metadata(overlay: Path, name: str, version: str, groups: entry_points.Groups) -> None:
    """The name is the project's own word: it names one folder here, whatever is in it."""
    safe = re.sub(r"[^A-Za-z0-9]+", "_", name)[:100]
    folder = overlay / f"{safe}-{re.sub(r'[^0-9A-Za-z.+]', '.', version)[:50]}.dist-info"
    folder.mkdir(exist_ok=True, mode=0o755)
    one_line = " ".join(name.split())
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {one_line}\nVersion: {' '.join(version.split())}\n")
    (folder / "entry_points.txt").write_text(entry_points.as_file(groups))
    # As of an editable installation; without it, `importlib.metadata.files` is None.
    listed = ("METADATA", "entry_points.txt", "RECORD")
    (folder / "RECORD").write_text("".join(f"{folder.name}/{each},,\n" for each in listed))
