import pytest

from bot.schema.values import merged_list, with_change


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "expected"),
    [
        ("ab", "ab", "axb", "axb"),
        ("ab", "acb", "abx", "acbx"),
        ("ab", "cab", "ab", "cab"),
        ("ab", "abc", "ba", "bac"),
        ("abc", "ab", "abcd", "abd"),
        ("abc", "abcd", "ac", "acd"),
        ("ab", "abx", "abx", "abx"),
        ("a", "abc", "", "bc"),
        ("", "", "", ""),
    ],
)
def test_lists_of_words(base: str, ours: str, theirs: str, expected: str) -> None:
    assert "".join(merged_list(list(base), list(ours), list(theirs))) == expected


def test_options_are_merged_by_name() -> None:
    base = {"options": ["autovacuum_enabled=true", "fillfactor=80"]}
    ours = {"options": ["autovacuum_enabled=true", "fillfactor=70", "parallel_workers=1"]}
    theirs = {"options": ["autovacuum_enabled=false", "fillfactor=90"]}
    assert with_change(base, ours, theirs) == {
        "options": ["autovacuum_enabled=false", "fillfactor=90", "parallel_workers=1"]
    }


def test_options_that_all_go_are_none_again() -> None:
    assert with_change({"options": ["a=1"]}, {"options": None}, {"options": None}) == {"options": None}


def test_constraints_of_a_domain_are_merged_by_name() -> None:
    def check(name: str, definition: str) -> dict[str, str]:
        return {"name": name, "definition": definition}

    base = {"constraints": [check("a", "1"), check("b", "1")]}
    ours = {"constraints": [check("a", "1"), check("b", "ours"), check("c", "1")]}
    theirs = {"constraints": [check("a", "theirs"), check("b", "1")]}
    assert with_change(base, ours, theirs)["constraints"] == [check("a", "theirs"), check("b", "ours"), check("c", "1")]


def test_a_type_is_taken_with_all_that_names_it() -> None:
    base = {"type": "varchar(10)", "type_name": "varchar", "not_null": False}
    ours = {"type": "text", "type_name": "text", "not_null": True}
    theirs = {"type": "varchar(20)", "type_name": "varchar", "not_null": False}
    assert with_change(base, ours, theirs) == {"type": "varchar(20)", "type_name": "varchar", "not_null": True}


def test_an_object_with_another_definition_is_theirs_altogether() -> None:
    theirs = {"definition": "FOREIGN KEY … ON DELETE CASCADE", "validated": True}
    assert with_change({"definition": "FOREIGN KEY …"}, {"validated": False}, theirs) == theirs


def test_what_did_not_change_stays_ours() -> None:
    assert with_change({"comment": "a"}, {"comment": "b"}, {"comment": "a"}) == {"comment": "b"}
