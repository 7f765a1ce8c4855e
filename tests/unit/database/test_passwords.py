import re

from bot.database.passwords import new_password, verifier


def test_passwords_are_long_and_differ() -> None:
    assert len({new_password() for _ in range(10)}) == 10
    assert re.fullmatch("[0-9a-f]{32}", new_password())


def test_a_verifier_has_the_servers_form_and_hides_the_password() -> None:
    text = verifier("s3cret", 7)
    assert re.fullmatch(r"SCRAM-SHA-256\$7:[\w+/=]{24}\$[\w+/=]{44}:[\w+/=]{44}", text)
    assert "s3cret" not in text
