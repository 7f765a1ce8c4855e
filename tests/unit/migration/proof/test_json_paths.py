"""Documents that have what SQL asks of a JSON column."""

import pytest

from bot.migration.proof.json_paths import documents


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("SET locale = settings->>'locale'", [("settings", '{"locale": "1"}')]),
        ("SET a = u.Settings -> 'ui' ->> 'theme'", [("settings", '{"ui": {"theme": "1"}}')]),
        ("SET a = (data->>'age')::int", [("data", '{"age": "1"}')]),
        ("SET a = (data->>'born')::date", [("data", '{"born": "2020-01-02"}')]),
        ("SET a = CAST(data->>'at' AS timestamptz)", [("data", '{"at": "2020-01-02"}')]),
        ("SET a = (data->>'mood')::mood", []),
        ("WHERE data->>'kind' = 'it''s'", [("data", '{"kind": "it\'s"}')]),
        ("WHERE data->>'kind' IN ('a', 'b')", [("data", '{"kind": "a"}'), ("data", '{"kind": "b"}')]),
        ("CASE data->>'kind' WHEN 'a' THEN 1 END", [("data", '{"kind": "a"}')]),
        ("SET items = data->'items'", []),
        ("SET a = 'x->>y'", []),
    ],
)
def test_documents_of_paths(sql: str, found: list[tuple[str, str]]) -> None:
    assert [*documents(f"UPDATE t {sql}")] == found
