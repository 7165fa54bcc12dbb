"""What holds for every codec, as plain functions: they run on the real codecs and on broken ones.

Each raises AssertionError where it does not hold.
"""

from collections.abc import Iterable, Iterator

from tests.drivers.mutants import cards
from tests.drivers.universe import CHECKED, Codecs
from tests.drivers.vectors import Case, accepted, of_protocol, present


def told_right(codecs: Codecs, name: str) -> None:
    """Every captured case is judged as it says."""
    for case in of_protocol(name):
        told = [
            {"why": v} if isinstance(v, str) else {"frame": present(v)}
            for v in codecs.verdicts(name, case.hex, case.direction, case.given)
            if isinstance(v, str | dict)
        ]
        assert told == list(case.verdict), str(case)


def flips(frame: bytes) -> Iterator[bytes]:
    for bit in range(8 * len(frame)):
        damaged = bytearray(frame)
        damaged[bit // 8] ^= 1 << bit % 8
        yield bytes(damaged)


def no_flip_believed(codecs: Codecs, name: str) -> None:
    """One flipped bit never gives a frame, wherever it strikes."""
    for frame in _checked(name):
        for damaged in flips(frame):
            told = codecs.verdicts(name, damaged)
            assert all(_unchecked(v) for v in told), damaged.hex(" ")


def _checked(name: str) -> list[bytes]:
    if name in CHECKED:
        return [case.hex for case in accepted(name) if case.name not in cards()[name].not_cut]
    return [c.hex for c in accepted(name) if c.verdict[0]["frame"]["op"] in ("reply", "read")]


def _unchecked(verdict: object) -> bool:
    """A wreck, or text: the end of a damaged reply may look like a code, which has no check."""
    return not isinstance(verdict, dict) or verdict.get("op") == "scan"


def cut_is_truncated(codecs: Codecs, name: str) -> None:
    """The beginning of a frame, in whichever direction it went, is one truncated frame."""
    for case in accepted(name):
        for size in range(1, len(_needed(case))):
            told = codecs.verdicts(name, case.hex[:size], case.direction, case.given)
            if told != ["truncated"]:
                raise AssertionError(f"{case}: {case.hex[:size].hex(' ')}")


def _needed(case: Case) -> bytes:
    """Without a line end that need not be copied (jsonl), or need not be whole (a code's)."""
    if case.name in cards()[case.protocol].not_cut:
        return b""
    return case.hex.rstrip() if case.protocol in ("jsonl", "gm65") else case.hex


def feed(codecs: Codecs, name: str, portions: Iterable[bytes]) -> list[object]:
    """Frames as text: those of two sets of modules are never equal."""
    feeder = codecs.feeder(name)
    return [str(frame) for portion in portions for frame in feeder.feed(portion)]


def frames_of(name: str) -> list[Case]:
    """What a device says in this protocol, frame by frame."""
    return [c for c in accepted(name) if c.direction != "host" and not _goes_on(c)]


def _goes_on(case: Case) -> bool:
    """On a wire the capture does not end here: a line without its end, noise before a code's."""
    usual = case.name in ("newline_not_copied", "noise_before_reply")
    return usual or case.name in cards()[case.protocol].goes_on


def any_chop(codecs: Codecs, name: str) -> None:
    """Whole, byte by byte and in threes: the same frames."""
    if cards()[name].whole:
        return
    whole = b"".join(case.hex for case in of_protocol(name) if case.direction != "host")
    wanted = feed(codecs, name, [whole])
    assert wanted
    for size in (1, 3, 17):
        chopped = [whole[at : at + size] for at in range(0, len(whole), size)]
        assert feed(codecs, name, chopped) == wanted, size


def heard_right(codecs: Codecs, name: str) -> None:
    """What drivers hear is what decode tells."""
    if cards()[name].whole:
        return
    show = codecs.protocol(name).show
    for case in of_protocol(name):
        if name != "modbus" and case.direction != "host" and not _goes_on(case):
            heard = [present(show(frame)) for frame in codecs.feeder(name).feed(case.hex)]
            assert heard == [v["frame"] for v in case.verdict if "frame" in v], str(case)


def found_behind(codecs: Codecs, name: str, noise: bytes) -> None:
    """The last of three frames is there, whatever stood before the first.

    Three, because a false start may claim the first one or two: no length is beyond suspicion
    before its check was seen.
    """
    for case in frames_of(name):
        (alone,) = feed(codecs, name, [case.hex])
        assert feed(codecs, name, [noise, case.hex * 3])[-1:] == [alone], str(case)


def holds(codecs: Codecs, name: str) -> None:
    """All of it; what a mutant must not survive."""
    told_right(codecs, name)
    if name in CHECKED or name == "gm65":
        no_flip_believed(codecs, name)
    cut_is_truncated(codecs, name)
    any_chop(codecs, name)
    heard_right(codecs, name)
