"""What uv chose, as lines that ask for exactly that."""

import pytest

from bot.project.environment import installation


@pytest.mark.parametrize(
    ("entry", "line", "has_wheel"),
    [
        ('version = "1"\nwheels = [{ url = "https://x/a-1-py3-none-any.whl" }]', "a==1", True),
        ('version = "1"\nsdist = { url = "https://x/a-1.tar.gz" }', "a==1", False),
        ('vcs = { type = "git", url = "https://x/a", commit-id = "ab" }', "a @ git+https://x/a@ab", False),
        ('archive = { url = "https://x/a-1-py3-none-any.whl" }', "a @ https://x/a-1-py3-none-any.whl", True),
        ('archive = { path = "wheels/a-1.whl" }', "./wheels/a-1.whl", False),
        ('directory = { path = "inner" }', "./inner", False),
    ],
)
def test_every_kind_of_source_is_asked_for(entry: str, line: str, has_wheel: bool) -> None:
    """A wheel that lies in the repository ended the run as a bug."""
    (package,) = installation._packages(f'[[packages]]\nname = "a"\n{entry}\n')
    assert (package.name, package.line, package.has_wheel) == ("a", line, has_wheel)
