"""A text in pieces that a speech module takes at once, cut where one draws breath."""

from agent.drivers.telling.gbk import as_gbk

_BREATHS = ("。！？!?；;\n", "，、,：: ")  # better ones first


def pieces(text: str, most: int) -> list[str]:
    """None of them over ``most`` bytes in GBK; together they are ``text`` but for outer blanks."""
    made, rest = list[str](), text.strip()
    while rest:
        cut = _cut(rest, most)
        made.append(rest[:cut])
        rest = rest[cut:].lstrip()
    return made


def _cut(text: str, most: int) -> int:
    room = _room(text, most)
    if room == len(text):
        return room
    for breaths in _BREATHS:
        last = max(text.rfind(mark, 0, room) for mark in breaths)
        if last > 0:
            return last + 1
    return room


def _room(text: str, most: int) -> int:
    """Characters from the beginning that fit; at least one."""
    used = 0
    for at, char in enumerate(text):
        used += max(1, len(as_gbk(char)[0]))
        if used > most:
            return max(1, at)
    return len(text)
