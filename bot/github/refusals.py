"""What GitHub's error responses mean: the message, and whether and when to retry.

In: status, headers and text of a response. Out: an error. The rules are from GitHub's pages "Rate
limits for the REST API" and "Best practices": Retry-After first, then x-ratelimit-reset, else a minute.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from bot.errors import GitHubError

_MINUTE = 60.0
_KINDS = {401: "credentials", 403: "permission", 404: "missing", 409: "conflict", 410: "missing", 422: "invalid"}
_ADVICE = {
    "credentials": "The token is wrong or has expired: leave the input `token` out, or give it a valid one.",
    "permission": "Give the job `permissions:` contents: read, pull-requests: write, checks: write.",
    "missing": "Check that the token may read this repository.",
    "server": "Run the job again when GitHub works: see its status page.",
}
# 403 as well, and no `permissions` help: what GitHub says then, and what does.
_NO_PERMISSION = {
    "is locked": "The conversation is locked: unlock it, or give the action the token of an app that may write there.",
    "was archived": "The repository is archived: unarchive it.",
    "saml enforcement": "Authorize the token for the organization's single sign-on, or leave the input `token` out.",
    "ip allow list": "Let the runner's address into the organization's allow list, or use a runner that is in it.",
}
_ACCEPTED = re.compile(r"[a-z_]+=[a-z]+(,[a-z_]+=[a-z]+)*(; [a-z_]+=[a-z]+(,[a-z_]+=[a-z]+)*)*")
_SECONDARY = ("secondary rate limit", "retry your request again later", "wait a few minutes before you try again")


class RefusalError(GitHubError):
    """`wait` is the number of seconds until a retry, None for no retry; `untouched` means that nothing was executed."""

    def __init__(
        self,
        message: str,
        advice: str = "",
        *,
        kind: str,
        log_tail: str = "",
        wait: float | None = None,
        untouched: bool = False,
    ) -> None:
        super().__init__(message, advice, kind=kind, log_tail=log_tail)
        self.wait = wait
        self.untouched = untouched


def refused(status: int, headers: Mapping[str, Any], text: str, now: float) -> RefusalError:
    """The error for an unsuccessful response."""
    message = _message(text)
    after = _number(headers.get("retry-after"))
    if status == 429 or (status == 403 and (after is not None or _is_limit(headers, message))):
        return _limited(headers, message, now)
    kind = _KINDS.get(status, "server" if status >= 500 else "github")
    return RefusalError(
        f"GitHub refused ({status}): {message}",
        _advice(kind, message, str(headers.get("x-accepted-github-permissions") or "")),
        kind=kind,
        wait=(after or 0.0) if kind == "server" else None,
    )


def refused_query(headers: Mapping[str, Any], error: Mapping[str, Any], now: float) -> RefusalError:
    """The first error of a GraphQL query, which comes with status 200, whatever it is about."""
    message = " ".join(str(error["message"]).split())[:300]
    if error.get("type") == "RATE_LIMITED" or "retry-after" in headers or _is_limit(headers, message):
        return _limited(headers, message, now)
    return RefusalError(f"GitHub refused: {message}", kind="permission")


def _limited(headers: Mapping[str, Any], message: str, now: float) -> RefusalError:
    after = _number(headers.get("retry-after"))
    wait = after if after is not None else _until_reset(headers, now)
    return RefusalError(
        f"GitHub's rate limit is used up: {message}",
        f"Run the job again in {max(1, round(wait / 60))} min.",
        kind="rate-limit",
        wait=wait,
        untouched=True,
    )


def _advice(kind: str, message: str, accepted: str) -> str:
    """What to do; of a lacking permission GitHub names those that would do, as `contents=write; metadata=read`."""
    if kind != "permission":
        return _ADVICE.get(kind, "")
    known = next((advice for words, advice in _NO_PERMISSION.items() if words in message.lower()), "")
    if known or not _ACCEPTED.fullmatch(accepted):
        return known or _ADVICE[kind]
    choices = [choice.replace("=", ": ").replace("_", "-").replace(",", ", ") for choice in accepted.split("; ")]
    return f"Give the job `permissions:` {' or '.join(choices)}."


def _is_limit(headers: Mapping[str, Any], message: str) -> bool:
    text = message.lower()
    return (
        headers.get("x-ratelimit-remaining") == "0"
        or text.startswith("api rate limit")  # "exceeded for", "already exceeded for"
        or any(words in text for words in _SECONDARY)
    )


def _until_reset(headers: Mapping[str, Any], now: float) -> float:
    """One second more than the reset, which is given in whole seconds."""
    reset = _number(headers.get("x-ratelimit-reset"))
    if headers.get("x-ratelimit-remaining") != "0" or reset is None:
        return _MINUTE
    return max(0.0, reset - now) + 1


def _number(text: object) -> float | None:
    return float(str(text)) if re.fullmatch(r"[0-9]{1,12}", str(text)) else None


def _message(text: str) -> str:
    """GitHub's message, or the beginning of a proxy's error page."""
    try:
        data = json.loads(text)
    except ValueError:
        data = text
    text = data.get("message", "") if isinstance(data, dict) else data
    return " ".join(str(text).split())[:300]
