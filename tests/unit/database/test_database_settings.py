import pytest

from bot.database.database_settings import names_of


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("", []),
        ('"$user", public', ["$user", "public"]),
        ("Public", ["public"]),
        ('"Big ""Name"", really", x', ['Big "Name", really', "x"]),
        ('""', [""]),
        ("x;drop/**/database/**/y", ["x;drop/**/database/**/y"]),
    ],
)
def test_names_are_read_out_of_a_stored_list(value: str, names: list[str]) -> None:
    assert names_of(value) == names
