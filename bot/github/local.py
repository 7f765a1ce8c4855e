"""A commit in this clone only, to check files before they are committed to the branch.

In: a clone, a commit, files by path. Out: the new commit's SHA. No branch, index or work tree changes.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from bot.errors import ToolError
from bot.project.checkout.git import Repository


def has_file(repository: Repository, commit: str, path: str) -> bool:
    """Whether a path exists in a commit."""
    return repository.git("cat-file", "-e", f"{commit}:{path}", cwd=repository.root, check=False).code == 0


def local_commit(repository: Repository, head: str, files: Mapping[str, str], temporary: Path) -> str:
    """A child of `head` with `files` added. Raises `ToolError` for a path that git refuses (`..`, `.git`)."""
    git, root = repository.git, repository.root
    with tempfile.TemporaryDirectory(dir=temporary) as folder:
        index = {"GIT_INDEX_FILE": f"{folder}/index"}
        git("read-tree", head, cwd=root, env=index)
        for number, (path, text) in enumerate(files.items()):
            content = Path(folder, f"file{number}")
            content.write_text(text, "utf-8")
            blob = git("hash-object", "-w", "--no-filters", content, cwd=root).stdout.strip()
            added = git(
                "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", cwd=root, env=index, check=False
            )
            if added.code != 0:
                raise ToolError(f"git refuses the path {path!r}", kind="path")
        tree = git("write-tree", cwd=root, env=index).stdout.strip()
        return git("commit-tree", tree, "-p", head, "-m", "migration", cwd=root).stdout.strip()
