"""actions/checkout with its defaults: one commit, one ref, no branch but that of the event, credentials left behind.

Written from its own source (git-source-provider, ref-helper, git-auth-helper). In: where the repository is, the
event's ref. Out: a work tree in the workspace.
"""

import base64
import subprocess
from pathlib import Path


def check_out(workspace: Path, url: str, ref: str, filtered: str = "", sparse: str = "") -> None:
    """`refs/heads/NAME` becomes a local branch, `refs/pull/N/merge` a detached head.

    `filtered` and `sparse` are what the inputs `filter` and `sparse-checkout` come to.
    """
    workspace.mkdir(parents=True)
    branch = ref.removeprefix("refs/heads/") if ref.startswith("refs/heads/") else ""
    here = f"refs/remotes/origin/{branch}" if branch else ref.replace("refs/pull/", "refs/remotes/pull/")
    for words in (
        ("init", "--quiet"),
        ("remote", "add", "origin", url),
        ("config", "--local", "gc.auto", "0"),
        *((("sparse-checkout", "set", sparse),) if sparse else ()),
        (
            "fetch",
            "--quiet",
            "--no-tags",
            "--prune",
            "--no-recurse-submodules",
            "--depth=1",
            *([filtered] if filtered else []),
            "origin",
            f"+{ref}:{here}",
        ),
        ("checkout", "--quiet", "--force", *(("-B", branch) if branch else ()), here),
    ):
        git(workspace, *words)


def leave_credentials(workspace: Path, server: str, token: str) -> None:
    """What `persist-credentials: true`, the default, leaves until version 5: a header in the clone's configuration."""
    words = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    git(workspace, "config", "--local", f"http.{server}/.extraheader", f"AUTHORIZATION: basic {words}")


def git(workspace: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(workspace), *words], check=True, capture_output=True)
