"""Our panel and libosdp's reader must understand each other, where it is installed."""

import importlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from agent.drivers.base import Refused
from agent.drivers.doors.osdp import Osdp, OsdpOptions
from agent.line.asking import Answer, NoAnswer, T
from agent.model.messages import Event, Message
from tests.drivers.doors.test_osdp import SCBK, key_file, reader
from tests.drivers.wires import command, now


class Their:
    """libosdp's reader behind a wire: it is refreshed until it has answered."""

    def __init__(self, lib: Any, key: bytes) -> None:  # noqa: ANN401  # it has no types
        self.heard, self.said, self.done = bytearray(), bytearray(), list[Any]()
        lib.osdp_sys.set_loglevel(lib.LogLevel.Emergency)
        pipe = _pipe(lib, self)
        info = lib.PDInfo(5, pipe, scbk=key, name="reader", flags=[lib.LibFlag.EnforceSecure])
        can = [lib.Capability.LEDControl, lib.Capability.AudibleControl]
        abilities = lib.PDCapabilities([(one, 1, 1) for one in can]).get()
        self.reader = lib.osdp_sys.PeripheralDevice(info.get(), capabilities=abilities)
        self.reader.set_command_callback(self._do)

    def _do(self, done: Any) -> tuple[int, None]:  # noqa: ANN401  # same
        self.done.append(done)
        return 0, None

    async def ask(
        self, request: bytes, answer: Answer[T], *, expect: int = 16, patience: float | None = None
    ) -> T:
        del expect, patience
        self.heard += request
        for _ in range(200):
            self.reader.refresh()
            found = answer(bytes(self.said))
            if found is not None:
                self.said.clear()
                return found.value
        raise NoAnswer

    async def tell(self, request: bytes) -> None:
        raise AssertionError(request.hex())


def _pipe(lib: Any, their: Their) -> Any:  # noqa: ANN401  # same
    class Pipe(lib.Channel):  # type: ignore[misc]  # same
        def read(self, most: int) -> bytes:
            data = bytes(their.heard[:most])
            del their.heard[:most]
            return data

        def write(self, data: bytes) -> int:
            their.said += bytes(data)
            return len(data)

        def flush(self) -> None:
            their.heard.clear()

    return Pipe()


@pytest.fixture
def lib() -> Any:  # noqa: ANN401  # same
    pytest.importorskip("osdp_sys", reason="libosdp is not installed (extra osdp)")
    found = importlib.import_module("osdp")
    found.osdp_sys = importlib.import_module("osdp_sys")  # type: ignore[attr-defined]  # same
    return found


def ours(folder: Path) -> Osdp:
    return reader(OsdpOptions(key_file=key_file(folder)))


async def polled(driver: Osdp, their: Their, times: int = 3) -> Sequence[Message]:
    said: list[Iterable[Message]] = [await driver.poll(their, now) for _ in range(times)]
    return [message for each in said for message in each]


async def test_their_reader_tells_us_its_news(tmp_path: Path, lib: Any) -> None:  # noqa: ANN401
    their, driver = Their(lib, SCBK), ours(tmp_path)
    assert not await polled(driver, their)
    bits = {"format": lib.CardFormat.Wiegand, "length": 26, "data": bytes.fromhex("07E1A840")}
    tamper = {"type": lib.StatusReportType.Local, "report": bytes((1, 0))}
    their.reader.submit_event({"event": lib.Event.CardRead, "reader_no": 0, "direction": 0, **bits})
    their.reader.submit_event({"event": lib.Event.KeyPress, "reader_no": 0, "data": b"12#"})
    their.reader.submit_event({"event": lib.Event.Status, **tamper})
    said = await polled(driver, their)
    events = [event for event in said if isinstance(event, Event)]
    assert [e.kind for e in events] == ["card_read", "keys_pressed", "fault_reported"]
    assert events[0].raw == b"0FC350"


async def test_their_reader_does_what_we_say(tmp_path: Path, lib: Any) -> None:  # noqa: ANN401
    their, driver = Their(lib, SCBK), ours(tmp_path)
    await driver.act(their, command("led", colour="green", ms=1000), now)
    await driver.act(their, command("led", colour="red"), now)
    await driver.act(their, command("beep", times=2), now)
    brief, lasting, beep = their.done
    assert (brief["temporary"], brief["on_color"], brief["timer_count"]) == (True, 2, 10)
    assert (lasting["temporary"], lasting["on_color"]) == (False, 1)
    assert beep["rep_count"] == 2


async def test_their_reader_with_another_key_is_refused(
    tmp_path: Path,
    lib: Any,  # noqa: ANN401  # same
) -> None:
    with pytest.raises(Refused):
        await polled(ours(tmp_path), Their(lib, bytes(range(1, 17))), 1)
