"""What GitHub's error responses mean, and when a request is sent again."""

import json
from typing import Any

import pytest

from bot.github.refusals import RefusalError, refused
from tests.support.troubleshooting import appears

NOW = 1_000.0


def answer(status: int, message: str = "no", **headers: str) -> RefusalError:
    written = {name.replace("_", "-"): value for name, value in headers.items()}
    return refused(status, written, json.dumps({"message": message}), NOW)


@pytest.mark.parametrize(
    ("status", "headers", "kind", "wait"),
    [
        (401, {}, "credentials", None),
        (403, {}, "permission", None),
        (404, {}, "missing", None),
        (410, {}, "missing", None),
        (409, {}, "conflict", None),
        (422, {}, "invalid", None),
        (418, {}, "github", None),
        (500, {}, "server", 0.0),
        (502, {"retry_after": "3"}, "server", 3.0),
        (429, {}, "rate-limit", 60.0),
        (429, {"retry_after": "7"}, "rate-limit", 7.0),
        (403, {"retry_after": "7"}, "rate-limit", 7.0),
        (403, {"x_ratelimit_remaining": "0", "x_ratelimit_reset": "1030"}, "rate-limit", 31.0),
        (403, {"x_ratelimit_remaining": "0", "x_ratelimit_reset": "900"}, "rate-limit", 1.0),
        (403, {"x_ratelimit_remaining": "0"}, "rate-limit", 60.0),
        (403, {"x_ratelimit_remaining": "12", "x_ratelimit_reset": "1030"}, "permission", None),
        (429, {"retry_after": "tomorrow"}, "rate-limit", 60.0),
    ],
)
def test_every_status_has_its_kind(status: int, headers: dict[str, Any], kind: str, wait: float | None) -> None:
    error = answer(status, **headers)
    assert (error.kind, error.wait) == (kind, wait)
    assert error.untouched is (kind == "rate-limit")
    if kind != "rate-limit":
        appears("GitHub refused (…)", error.message)


@pytest.mark.parametrize(
    "message",
    [
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
        "API rate limit exceeded for installation ID 1.",
        "API rate limit already exceeded for user ID 1.",
        "Please retry your request again later.",
    ],
)
def test_a_limit_is_known_by_its_words(message: str) -> None:
    assert answer(403, message).kind == "rate-limit"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"message": "Not Found"}', "Not Found"),
        ("<html>\n  <h1>Bad   gateway</h1>", "<html> <h1>Bad gateway</h1>"),
        ("[]", "[]"),
        ("{}", ""),
        ('{"message": null}', "None"),
        ("x" * 1_000, "x" * 300),
    ],
)
def test_what_github_or_a_proxy_says_is_quoted_on_one_short_line(text: str, said: str) -> None:
    assert refused(404, {}, text, NOW).message == f"GitHub refused (404): {said}"


def test_the_advice_rounds_the_wait_to_minutes_and_is_never_none() -> None:
    assert answer(429, retry_after="3").advice == "Run the job again in 1 min."
    assert answer(429, retry_after="150").advice == "Run the job again in 2 min."
