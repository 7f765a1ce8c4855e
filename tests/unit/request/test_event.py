"""Events that the bot turns down."""

from bot.request import event
from bot.request.event import Refused
from tests.support.troubleshooting import appears


def test_the_event_whose_token_may_write_is_turned_down_with_what_to_do() -> None:
    found = event.read("pull_request_target", {})
    assert isinstance(found, Refused)
    appears("pull_request_target runs with a token that can write", found.reason)
