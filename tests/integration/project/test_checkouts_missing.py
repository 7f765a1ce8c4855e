"""What is not there: revisions, history of shallow clones, submodules, repositories."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.discovery.changed_file import ChangedFile
from bot.errors import ToolError, UsageError
from bot.project.checkout.checkouts import prepare
from bot.system import Account
from tests.support.process import GIT
from tests.support.repositories import Repo, files_in, state
from tests.support.troubleshooting import appears


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo.make(tmp_path / "repo")
    made.commit({"models.py": "one\n"}, "first")
    return made


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    path = tmp_path / "run"
    path.mkdir()
    return path


Refused = Callable[..., UsageError]


@pytest.fixture
def refused(run_dir: Path) -> Refused:
    def attempt(path: Path, base: str = "", head: str = "") -> UsageError:
        with pytest.raises(UsageError) as caught, prepare(GIT, path, base, head, run_dir, Account()):
            pass
        assert list(run_dir.iterdir()) == []
        return caught.value

    return attempt


@pytest.mark.parametrize(("option", "base", "head"), [("--base", "no-such", ""), ("--head", "", "no-such")])
def test_an_unknown_revision_is_named(repo: Repo, refused: Refused, option: str, base: str, head: str) -> None:
    error = refused(repo.path, base, head)

    assert (error.kind, error.message) == ("unknown-revision", f"{option} no-such: there is no such revision")
    appears("there is no such revision", error.message)
    assert error.advice == "Branches that are here: main."


def test_a_revision_is_not_taken_for_an_option(repo: Repo, refused: Refused) -> None:
    assert refused(repo.path, "--all").kind == "unknown-revision"


def test_a_folder_outside_any_repository(tmp_path: Path, refused: Refused) -> None:
    assert refused(tmp_path).kind == "no-repository"


def test_a_repository_without_a_commit(tmp_path: Path, refused: Refused) -> None:
    repo = Repo.make(tmp_path / "fresh")
    repo.write({"models.py": ""})

    assert refused(repo.path).kind == "no-commit"


def test_a_bare_repository_without_head(repo: Repo, tmp_path: Path, refused: Refused) -> None:
    bare = repo.clone(tmp_path / "bare", "--bare")

    assert "--head" in refused(bare.path).advice


def test_branches_none_of_which_is_the_default(repo: Repo, refused: Refused) -> None:
    repo.git("branch", "--move", "one")
    repo.git("branch", "two")

    error = refused(repo.path)
    assert error.kind == "no-default-branch"
    appears("the default branch cannot be determined", error.message)


def test_a_shallow_clone_says_how_to_get_the_rest(repo: Repo, tmp_path: Path, refused: Refused) -> None:
    repo.commit({"models.py": "two\n"})
    clone = repo.clone(tmp_path / "clone", "--depth=1")

    for error in (refused(clone.path, "release"), refused(clone.path)):
        assert "fetch-depth: 0" in error.advice


def test_histories_that_a_shallow_clone_cannot_join_are_compared_as_they_are(
    repo: Repo, run_dir: Path, tmp_path: Path
) -> None:
    repo.git("switch", "--quiet", "-c", "feature")
    head = repo.commit({"models.py": "two\n"})
    repo.git("switch", "--quiet", "main")
    tip = repo.commit({"theirs.py": ""})
    clone = repo.clone(tmp_path / "clone", "--depth=1", "--no-single-branch")

    with prepare(GIT, clone.path, "main", "feature", run_dir, Account()) as spaces:
        assert (spaces.base.commit, spaces.head.commit, spaces.merge_base) == (tip, head, tip)
        assert not spaces.merged
        assert "the clone is too shallow" in spaces.merge_note
        assert set(spaces.changed) == {ChangedFile("models.py", "M"), ChangedFile("theirs.py", "D")}


def test_the_merge_commit_of_a_pull_request_is_enough(repo: Repo, run_dir: Path, tmp_path: Path) -> None:
    repo.git("switch", "--quiet", "-c", "feature")
    repo.commit({"models.py": "two\n"})
    repo.git("switch", "--quiet", "main")
    tip = repo.commit({"theirs.py": ""})
    repo.git("switch", "--quiet", "--detach")
    repo.git("merge", "--quiet", "--no-ff", "-m", "merge", "feature")
    repo.git("branch", "pull")
    clone = repo.clone(tmp_path / "clone", "--depth=1", "--no-single-branch")
    clone.git("switch", "--quiet", "--detach", "origin/pull")

    with prepare(GIT, clone.path, tip, "HEAD", run_dir, Account()) as spaces:
        assert (spaces.merged, spaces.merge_note) == (True, "")
        assert spaces.changed == (ChangedFile("models.py", "M"),)


def test_histories_without_a_common_commit(repo: Repo, run_dir: Path) -> None:
    repo.git("switch", "--quiet", "--orphan", "island")
    repo.commit({"island.py": ""})

    with prepare(GIT, repo.path, "main", "island", run_dir, Account()) as spaces:
        assert "no common commit" in spaces.merge_note


def test_submodules_are_filled_from_what_is_checked_out(repo: Repo, run_dir: Path, tmp_path: Path) -> None:
    library = Repo.make(tmp_path / "library")
    library.commit({"lib.py": "old\n"})
    repo.git("submodule", "--quiet", "add", str(library.path), "vendor/lib")
    repo.commit({})
    inner = Repo(repo.path / "vendor" / "lib")
    inner.commit({"lib.py": "new\n"})
    repo.commit({"models.py": "two\n"})
    inner.write({"lib.py": "not committed\n"})
    before = state(repo.path)

    with prepare(GIT, repo.path, "HEAD~1", "", run_dir, Account()) as spaces:
        assert files_in(spaces.base.path)["vendor/lib/lib.py"] == "old\n"
        assert files_in(spaces.head.path)["vendor/lib/lib.py"] == "new\n"
        assert spaces.notes == ()
    assert state(repo.path) == before


def test_submodules_that_are_not_checked_out_are_named(repo: Repo, run_dir: Path, tmp_path: Path) -> None:
    library = Repo.make(tmp_path / "library")
    library.commit({"lib.py": "old\n"})
    repo.git("submodule", "--quiet", "add", str(library.path), "vendor/lib")
    repo.commit({})
    clone = repo.clone(tmp_path / "clone")

    with prepare(GIT, clone.path, "", "", run_dir, Account()) as spaces:
        assert spaces.notes == ("submodules left out, they are not checked out here: vendor/lib",)
        assert (spaces.head.path / "vendor" / "lib").is_dir()


def test_a_picture_that_a_partial_clone_lacks_is_left_out(repo: Repo, run_dir: Path) -> None:
    repo.commit({"tour of it.gif": "picture\n"})
    repo.commit({"models.py": "two\n"})
    _lose(repo, "tour of it.gif")

    with prepare(GIT, repo.path, "HEAD~1", "HEAD", run_dir, Account()) as spaces:
        assert files_in(spaces.head.path) == {"models.py": "two\n"}
        assert files_in(spaces.base.path) == {"models.py": "one\n"}
        assert spaces.notes == ("files left out, the repository has them not (a partial clone): tour of it.gif",)
        assert Repo(spaces.head.path).git("status", "--porcelain") == 'D "tour of it.gif"'


def test_code_that_a_partial_clone_lacks_is_an_error(repo: Repo, run_dir: Path) -> None:
    repo.commit({"models.py": "two\n"})
    _lose(repo, "models.py")

    with pytest.raises(ToolError) as caught, prepare(GIT, repo.path, "HEAD~1", "HEAD", run_dir, Account()):
        pass
    assert "does not have models.py of head" in caught.value.message
    appears("the repository does not have …", caught.value.message)
    appears("It is a partial clone", caught.value.advice)


def _lose(repo: Repo, path: str) -> None:
    name = repo.git("rev-parse", f"HEAD:{path}")
    (repo.path / ".git" / "objects" / name[:2] / name[2:]).unlink()
