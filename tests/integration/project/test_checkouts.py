"""Checkouts of both sides from real repositories, which must come out of it exactly as they went in."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.discovery.changed_file import ChangedFile
from bot.project.checkout.checkouts import Workspaces, prepare
from bot.system import Account
from tests.support.process import GIT
from tests.support.repositories import Repo, files_in, state

Prepare = Callable[..., Workspaces]


@pytest.fixture
def prepared(tmp_path: Path) -> Iterator[Prepare]:
    """Prepare workspaces; at the end, the repository must be what it was, to the last byte and time."""
    run_dir = tmp_path / "run"
    run_dir.mkdir()
    with ExitStack() as stack:
        before: list[tuple[Path, object]] = []

        def start(repo: Repo, base: str = "", head: str = "", folder: str = ".") -> Workspaces:
            before.append((repo.path, state(repo.path)))
            return stack.enter_context(prepare(GIT, repo.path / folder, base, head, run_dir, Account()))

        yield start
        for path, was in before:
            assert state(path) == was
    assert list(run_dir.iterdir()) == []
    for path, was in before:
        assert state(path) == was


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo.make(tmp_path / "repo")
    made.commit({"models.py": "one\n", "old.py": "old\n", ".gitignore": "*.log\n"}, "first")
    return made


def test_uncommitted_changes_of_every_kind_are_head(repo: Repo, prepared: Prepare) -> None:
    first = repo.git("rev-parse", "HEAD")
    repo.git("stash", "push", "--quiet", "--allow-empty", check=False)
    repo.write({"models.py": "staged\n", "staged.py": "s\n"})
    repo.git("add", "--all")
    repo.write({"models.py": "modified\n", "new folder/ünï 'x'.py": "u\n", "noise.log": "n\n"})
    (repo.path / "old.py").unlink()

    spaces = prepared(repo)

    assert (spaces.base.commit, spaces.head.commit) == (first, None)
    assert files_in(spaces.base.path) == {"models.py": "one\n", "old.py": "old\n", ".gitignore": "*.log\n"}
    assert files_in(spaces.head.path) == {
        "models.py": "modified\n",
        "staged.py": "s\n",
        "new folder/ünï 'x'.py": "u\n",
        ".gitignore": "*.log\n",
    }
    assert set(spaces.changed) == {
        ChangedFile("models.py", "M"),
        ChangedFile("staged.py", "A"),
        ChangedFile("new folder/ünï 'x'.py", "A"),
        ChangedFile("old.py", "D"),
    }
    assert (spaces.merged, spaces.merge_note, spaces.notes) == (True, "", ())


def test_a_change_in_the_moment_of_the_commit_is_seen(repo: Repo, prepared: Prepare) -> None:
    """Same size, same date: only the date of the index tells git that it has to look into the file."""
    model, index, date = repo.path / "models.py", repo.path / ".git" / "index", 10**18
    repo.git("config", "core.trustctime", "false")
    os.utime(model, ns=(date, date))
    repo.git("add", "models.py")
    repo.write({"models.py": "two\n"})
    os.utime(model, ns=(date, date))
    os.utime(index, ns=(date, date))

    assert files_in(prepared(repo).head.path)["models.py"] == "two\n"


def test_a_stash_and_other_worktrees_stay(repo: Repo, prepared: Prepare, tmp_path: Path) -> None:
    repo.write({"models.py": "stashed\n"})
    repo.git("stash")
    repo.git("worktree", "add", "--quiet", str(tmp_path / "other"), "-b", "other")
    listed = repo.git("worktree", "list"), repo.git("stash", "list")
    repo.write({"models.py": "two\n"})

    prepared(repo)

    assert (repo.git("worktree", "list"), repo.git("stash", "list")) == listed


def test_a_linked_worktree_has_its_own_changes(repo: Repo, prepared: Prepare, tmp_path: Path) -> None:
    repo.git("worktree", "add", "--quiet", str(tmp_path / "other"), "-b", "other")
    other = Repo(tmp_path / "other")
    other.write({"models.py": "in the other\n"})
    main = state(repo.path)

    spaces = prepared(other)

    assert files_in(spaces.head.path)["models.py"] == "in the other\n"
    assert state(repo.path) == main


def test_a_branch_is_compared_with_the_default_branch(repo: Repo, prepared: Prepare) -> None:
    first = repo.git("rev-parse", "HEAD")
    repo.git("switch", "--quiet", "-c", "feature")
    repo.git("mv", "old.py", "renamed.py")
    second = repo.commit({"models.py": "two\n"})

    spaces = prepared(repo, head="feature")

    assert (spaces.base.commit, spaces.head.commit) == (first, second)
    assert (spaces.base_tip, spaces.merge_base) == (first, first)
    assert set(spaces.changed) == {ChangedFile("models.py", "M"), ChangedFile("renamed.py", "R", "old.py")}


@pytest.mark.parametrize("committed", [True, False], ids=["committed", "working tree"])
def test_head_is_merged_onto_a_base_that_has_moved_on(repo: Repo, prepared: Prepare, committed: bool) -> None:
    parted = repo.git("rev-parse", "HEAD")
    repo.git("switch", "--quiet", "-c", "feature")
    repo.git("switch", "--quiet", "main")
    tip = repo.commit({"theirs.py": "theirs\n"})
    repo.git("switch", "--quiet", "feature")
    if committed:
        repo.commit({"ours.py": "ours\n"})
    else:
        repo.write({"ours.py": "ours\n"})

    spaces = prepared(repo)

    assert (spaces.merged, spaces.base_tip, spaces.merge_base) == (True, tip, parted)
    assert spaces.base.commit == tip
    assert spaces.merge_note == "head is checked as it would land: merged with main, which has 1 newer commit"
    assert {"theirs.py", "ours.py"} <= set(files_in(spaces.head.path))
    assert spaces.changed == (ChangedFile("ours.py", "A"),)


def test_head_that_conflicts_is_examined_alone(repo: Repo, prepared: Prepare) -> None:
    parted = repo.git("rev-parse", "HEAD")
    repo.git("switch", "--quiet", "-c", "feature")
    head = repo.commit({"models.py": "ours\n"})
    repo.git("switch", "--quiet", "main")
    tip = repo.commit({"models.py": "theirs\n", "theirs.py": ""})

    spaces = prepared(repo, base="main", head="feature")

    assert (spaces.merged, spaces.base_tip) == (False, tip)
    assert (spaces.base.commit, spaces.head.commit) == (parted, head)
    assert spaces.conflict.startswith("Head conflicts with main (in models.py): it is examined alone, against ")
    assert not spaces.merge_note
    assert files_in(spaces.head.path)["models.py"] == "ours\n"
    assert spaces.changed == (ChangedFile("models.py", "M"),)


def test_a_merge_in_progress_is_a_head_like_any_other(repo: Repo, prepared: Prepare) -> None:
    repo.git("switch", "--quiet", "-c", "feature")
    repo.commit({"models.py": "ours\n"})
    repo.git("switch", "--quiet", "main")
    repo.commit({"models.py": "theirs\n"})
    repo.git("merge", "feature", check=False)

    spaces = prepared(repo)

    assert files_in(spaces.head.path)["models.py"].startswith("<<<<<<<")


def test_the_default_branch_without_changes_means_its_last_commit(repo: Repo, prepared: Prepare) -> None:
    first = repo.git("rev-parse", "HEAD")
    repo.commit({"models.py": "two\n"})

    spaces = prepared(repo)

    assert spaces.base.commit == first
    assert spaces.changed == (ChangedFile("models.py", "M"),)


def test_commits_not_yet_pushed_are_compared_with_origin(repo: Repo, prepared: Prepare, tmp_path: Path) -> None:
    clone = repo.clone(tmp_path / "clone")
    pushed = clone.git("rev-parse", "HEAD")
    clone.commit({"a.py": "a\n"})
    clone.commit({"b.py": "b\n"})

    spaces = prepared(clone)

    assert spaces.base.commit == pushed
    assert [file.path for file in spaces.changed] == ["a.py", "b.py"]


def test_a_first_commit_changes_nothing(repo: Repo, prepared: Prepare) -> None:
    assert prepared(repo).changed == ()


def test_a_new_branch_without_changes_changes_nothing(repo: Repo, prepared: Prepare) -> None:
    repo.commit({"models.py": "two\n"})
    repo.git("switch", "--quiet", "-c", "feature")

    assert prepared(repo).changed == ()


def test_a_detached_head_is_compared_with_the_commit_before(repo: Repo, prepared: Prepare) -> None:
    first = repo.git("rev-parse", "HEAD")
    repo.commit({"models.py": "two\n"})
    repo.git("switch", "--quiet", "--detach")

    assert prepared(repo).base.commit == first


def test_the_default_branch_of_origin_is_known_after_a_rename(repo: Repo, prepared: Prepare, tmp_path: Path) -> None:
    clone = repo.clone(tmp_path / "clone")
    clone.git("switch", "--quiet", "-c", "feature")
    repo.git("branch", "--move", "main", "trunk")
    clone.git("fetch", "--quiet", "--prune")
    clone.git("branch", "--delete", "--force", "main")
    clone.write({"models.py": "two\n"})

    spaces = prepared(clone)

    assert spaces.base.commit == repo.git("rev-parse", "trunk")
    assert spaces.changed == (ChangedFile("models.py", "M"),)


def test_a_branch_that_only_origin_has_can_be_named(repo: Repo, prepared: Prepare, tmp_path: Path) -> None:
    repo.git("branch", "release")
    clone = repo.clone(tmp_path / "clone")
    clone.commit({"models.py": "two\n"})

    assert prepared(clone, base="release").base.commit == repo.git("rev-parse", "release")


def test_a_repository_can_be_named_by_a_folder_in_it(repo: Repo, prepared: Prepare) -> None:
    repo.commit({"backend/app.py": ""})
    repo.write({"models.py": "two\n"})

    spaces = prepared(repo, folder="backend")

    assert spaces.repository.root == repo.path.resolve()
    assert spaces.changed == (ChangedFile("models.py", "M"),)


def test_a_bare_repository_has_revisions_to_compare(repo: Repo, prepared: Prepare, tmp_path: Path) -> None:
    repo.commit({"models.py": "two\n"})
    bare = repo.clone(tmp_path / "bare", "--bare")

    spaces = prepared(bare, base="main~1", head="main")

    assert files_in(spaces.head.path)["models.py"] == "two\n"


def test_names_by_another_hash_function(tmp_path: Path, prepared: Prepare) -> None:
    repo = Repo.make(tmp_path / "sha256", "main", "--object-format=sha256")
    first = repo.commit({"models.py": "one\n"})
    repo.write({"models.py": "two\n"})

    spaces = prepared(repo)

    assert (spaces.base.commit, len(first)) == (first, 64)
    assert files_in(spaces.head.path) == {"models.py": "two\n"}


def test_versions_can_be_read_from_the_tags_of_a_checkout(repo: Repo, prepared: Prepare) -> None:
    repo.git("tag", "--annotate", "v1.2", "-m", "release")
    repo.git("tag", "light")
    repo.commit({"models.py": "two\n"})

    spaces = prepared(repo)

    assert Repo(spaces.base.path).git("describe") == "v1.2"
    assert Repo(spaces.head.path).git("describe").startswith("v1.2-1-g")
    assert Repo(spaces.base.path).git("status", "--porcelain") == ""


def test_links_within_the_repository_are_kept(repo: Repo, prepared: Prepare) -> None:
    repo.write({"inside/file.txt": "text"})
    (repo.path / "link").symlink_to("inside/file.txt")

    spaces = prepared(repo)

    assert (spaces.head.path / "link").readlink() == Path("inside/file.txt")
    assert spaces.notes == ()


def test_links_out_of_the_repository_are_left_out(repo: Repo, prepared: Prepare, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir(mode=0o700)
    (secret / "key").write_text("secret")
    (repo.path / "folder").symlink_to(secret)
    (repo.path / "file").symlink_to(secret / "key")
    (repo.path / "chain").symlink_to("file")

    spaces = prepared(repo)

    assert not any((spaces.head.path / name).is_symlink() for name in ("folder", "file", "chain"))
    assert spaces.notes[0].endswith(": chain, file, folder")
    assert secret.stat().st_mode & 0o777 == 0o700
