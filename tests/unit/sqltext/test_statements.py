import pytest

from bot.sqltext.statements import split


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("", []),
        (" ;; -- nothing\n /* at all; */ ", []),
        ("SELECT 1", ["SELECT 1"]),
        ("SELECT 1; SELECT 2;", ["SELECT 1", "SELECT 2"]),
        ("SELECT ';'; SELECT \";\"", ["SELECT ';'", 'SELECT ";"']),
        ("SELECT 'it''s;'; X", ["SELECT 'it''s;'", "X"]),
        (r"SELECT E'\';'; X", [r"SELECT E'\';'", "X"]),
        (r"SELECT '\'; X", [r"SELECT '\'", "X"]),
        ("DO $$ BEGIN; END $$; X", ["DO $$ BEGIN; END $$", "X"]),
        ("DO $a$ $$;$b$; $a$; X", ["DO $a$ $$;$b$; $a$", "X"]),
        ("SELECT a$1; SELECT b$1", ["SELECT a$1", "SELECT b$1"]),
        ("A -- x;\n; B", ["A -- x;", "B"]),
        ("A /* /* ; */ ; */; B", ["A /* /* ; */ ; */", "B"]),
        ("CREATE RULE r AS ON INSERT TO t DO (A; B); C", ["CREATE RULE r AS ON INSERT TO t DO (A; B)", "C"]),
        ("A /* never closed ; B", ["A /* never closed ; B"]),
    ],
)
def test_statements_end_at_semicolons_of_their_own(script: str, expected: list[str]) -> None:
    assert split(script) == expected


def test_the_body_of_a_standard_function_stays_together() -> None:
    function = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN a THEN 1 END; S; END"
    assert split(f"BEGIN; {function}; COMMIT") == ["BEGIN", function, "COMMIT"]
