"""What a command asks of those who tell people something."""

import re

from agent.drivers.base import Refused
from agent.model.messages import Command

_PHONE = re.compile(r"\+?[0-9]{3,20}")  # 20 digits: 3GPP TS 23.040, 9.1.2.5


def phone_of(command: Command) -> str:
    """``args.to``: digits, ``+`` before a country code; Refused otherwise."""
    to = command.args.get("to")
    if isinstance(to, str) and _PHONE.fullmatch(to):
        return to
    raise Refused("to: a phone number has 3 to 20 digits, + before a country code 电话号码无效")


def words_of(command: Command, most: int) -> str:
    """``args.text``, up to ``most`` characters, not blank; Refused otherwise."""
    text = command.args.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Refused("text: nothing to tell 没有文字内容")
    if len(text) > most:
        raise Refused(f"text: {len(text)} characters are over {most} 文字超过 {most} 字")
    return text
