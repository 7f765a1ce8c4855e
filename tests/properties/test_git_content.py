"""Trees as no porcelain of git would write them: names that lead out, modes that nobody knows, links, modules,
twice the same. They are checked out beneath the run's folder, or refused."""

import os
import subprocess
import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.errors import BotError
from bot.project.checkout.checkouts import prepare
from bot.system import Account
from tests.properties.refusals import told
from tests.support.process import GIT
from tests.support.repositories import Repo

SECRET = "s3cr3t outside of the checkout"
NAMES = (
    *(b"a", b"b.py", b"..", b".", b".git", b".GIT", b"git~1", b".gitmodules", b".gitattributes", b"alembic.ini"),
    *(b"../out", b"/abs", b".git/config", b"a/b", b"-option", b"--exec=x", b"\xff\xfe", b"\n", b"\t", b'"', b"\\"),
    *("é".encode(), "\u200c.git".encode(), b".git\xe2\x80\x8c", b"con", b"a ", b":x", b"x" * 250, b"\x01"),
)
MODES = (b"100644", b"100755", b"100664", b"120000", b"160000", b"40000", b"040000", b"0", b"777777")
CONTENTS = (
    *(b"", b"x = 1\n", b"/etc/passwd", b"..", b"../outside", b".git/config", b"a", b"\xff\x00", b"* filter=evil\n"),
    b'[submodule "x"]\n\tpath = ../out\n\turl = file:///etc\n\tupdate = !touch outside\n',
    b"* text eol=crlf working-tree-encoding=UTF-16 ident export-subst\n",
)
Entries = list[tuple[bytes, bytes, bytes, bool]]
entries = st.lists(
    st.tuples(st.sampled_from(MODES), st.sampled_from(NAMES), st.sampled_from(CONTENTS), st.booleans()), max_size=6
)


def _object(repo: Repo, kind: str, content: bytes) -> bytes:
    words = ["git", "-C", str(repo.path), "hash-object", "-t", kind, "-w", "--literally", "--stdin"]
    done = subprocess.run(words, input=content, check=True, capture_output=True)
    return done.stdout.strip()


def _tree(repo: Repo, found: Entries) -> bytes:
    """Each entry as it is; what is a folder has a file in it that may be called the same."""
    lines = []
    for mode, name, content, nested in found:
        blob = _object(repo, "blob", content)
        inner = b"100644 %s\0%s" % (name.replace(b"/", b"_"), bytes.fromhex(blob.decode()))
        number = _object(repo, "tree", inner) if nested or mode.endswith(b"40000") else blob
        lines.append(b"%s %s\0%s" % (mode, name, bytes.fromhex(number.decode())))
    return _object(repo, "tree", b"".join(lines))


@settings(max_examples=int(os.environ.get("PROPERTY_EXAMPLES", "300")) // 10)
@given(entries)
@example([(b"120000", b"a", b"../outside", False), (b"100644", b"a", b"x = 1\n", False)])
@example([(b"120000", b"a", b"..", False), (b"40000", b"a", b"x", True)])
@example([(b"100644", b".git/config", b"[core]\n\tfsmonitor = touch outside\n", False)])
@example([(b"40000", b".git", b"x", True), (b"160000", b"b", b"x", False)])
@example([(b"40000", b"..", b"x", True)])
@example([(b"100644", b"../out", b"x", False)])
def test_a_tree_is_checked_out_beneath_the_runs_folder_or_refused(
    found: Entries,
) -> None:
    with tempfile.TemporaryDirectory() as place:
        top = Path(place)
        (top / "outside").write_text(SECRET)
        (top / "run").mkdir()
        repo = Repo.make(top / "repo")
        base = repo.commit({"models.py": "one\n"}, "first")
        head = repo.git("commit-tree", "-p", base, "-m", "evil", _tree(repo, found).decode())
        try:
            with prepare(GIT, repo.path, base, head, top / "run", Account()) as spaces:
                _expect_beneath(top, spaces.head.path)
        except BotError as error:
            told(error)
        assert sorted(path.name for path in top.iterdir()) == ["outside", "repo", "run"]
        assert list((top / "run").iterdir()) == []
        assert (top / "outside").read_text() == SECRET


def _expect_beneath(top: Path, checkout: Path) -> None:
    real = checkout.resolve()
    for folder, folders, files in os.walk(checkout):
        for path in (Path(folder, name) for name in (*folders, *files)):
            assert path.resolve().is_relative_to(real), path
    assert (top / "outside").read_text() == SECRET
    assert "fsmonitor" not in (checkout / ".git/config").read_text()


def test_git_itself_takes_what_leads_out_for_a_tree(tmp_path: Path) -> None:
    """Else the trees above would be none."""
    repo = Repo.make(tmp_path / "repo")
    tree = _tree(repo, [(b"40000", b"..", b"x", True), (b"120000", b"a", b"/etc/passwd", False)])
    assert repo.git("ls-tree", "--name-only", tree.decode()).splitlines() == ["..", "a"]
