"""Reading what a command asks, before anything goes out on a wire."""

from agent.drivers.base import Refused
from agent.model.messages import Command


def channel_of(command: Command, most: int) -> int:
    """``args.channel``, 1 to ``most``; Refused otherwise.  0 is never a channel."""
    channel = command.args.get("channel")
    if type(channel) is int and 1 <= channel <= most:  # bool is no channel
        return channel
    raise Refused(f"channel {channel!r} is not one of 1 to {most} 通道号应为 1 至 {most}")


def number_of(command: Command, name: str, most: int, usual: int | None = None) -> int:
    """``args[name]``, 0 to ``most``; ``usual`` if it is not given; Refused otherwise."""
    number = command.args.get(name, usual)
    if type(number) is int and 0 <= number <= most:  # bool is no number
        return number
    raise Refused(f"{name} {number!r} is not one of 0 to {most} {name} 应为 0 至 {most}")
