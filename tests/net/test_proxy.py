"""The proxy, between plain sockets: what passes, what waits, what is lost, what is refused."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from cli.net.conduct import HELD_SLOW, PIECE, Mode
from cli.net.relay import BUFFER
from cli.proxy import Proxy
from cli.world import until

PATIENCE_S = 10.0


class Far:
    """A server that lets the test play the broker's side of each connection."""

    def __init__(self) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.settimeout(PATIENCE_S)
        self.port: int = self.server.getsockname()[1]

    def accept(self) -> socket.socket:
        taken, _ = self.server.accept()
        taken.settimeout(PATIENCE_S)
        return taken


@pytest.fixture
def room() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def far(room: ExitStack) -> Far:
    made = Far()
    room.callback(made.server.close)
    return made


@pytest.fixture
def wire(room: ExitStack, far: Far) -> Proxy:
    return room.enter_context(Proxy(far.port))


def called(room: ExitStack, wire: Proxy) -> socket.socket:
    return room.enter_context(socket.create_connection((wire.host, wire.port), timeout=PATIENCE_S))


def joined(room: ExitStack, wire: Proxy, far: Far) -> tuple[socket.socket, socket.socket]:
    near = called(room, wire)
    return near, room.enter_context(far.accept())


def read(sock: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size and (more := sock.recv(size - len(data))):
        data += more
    return data


def silent(sock: socket.socket, seconds: float = 0.2) -> bool:
    sock.settimeout(seconds)
    try:
        return sock.recv(1) == b"never"
    except TimeoutError:
        return True
    finally:
        sock.settimeout(PATIENCE_S)


def test_both_ways_and_both_goodbyes(room: ExitStack, wire: Proxy, far: Far) -> None:
    near, other = joined(room, wire, far)
    big = bytes(range(256)) * 4096
    sender = threading.Thread(target=near.sendall, args=(big,))
    sender.start()
    assert read(other, len(big)) == big
    sender.join()
    other.sendall(b"answer")
    assert read(near, 6) == b"answer"
    near.shutdown(socket.SHUT_WR)
    assert other.recv(1) == b""
    other.sendall(b"last words")
    other.close()
    assert read(near, 99) == b"last words"
    assert (wire.bytes_up(), wire.bytes_down()) == (len(big), 16)


def test_a_cut_is_a_reset_for_both(room: ExitStack, wire: Proxy, far: Far) -> None:
    near, other = joined(room, wire, far)
    wire.cut()
    for each in (near, other):
        with pytest.raises(ConnectionResetError):
            each.recv(1)
    near, other = joined(room, wire, far)
    near.sendall(b"x")
    assert read(other, 1) == b"x"


def test_a_fall_of_one_side_is_a_fall_of_the_other(room: ExitStack, wire: Proxy, far: Far) -> None:
    near, other = joined(room, wire, far)
    other.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    other.close()
    with pytest.raises(ConnectionResetError):
        near.recv(1)


def test_nobody_behind_is_a_reset(room: ExitStack, far: Far) -> None:
    far.server.close()
    wire = room.enter_context(Proxy(far.port))
    with pytest.raises(ConnectionResetError):  # may come as early as the call
        called(room, wire).recv(1)


def test_refused_and_back_on_the_same_port(room: ExitStack, wire: Proxy, far: Far) -> None:
    near, _other = joined(room, wire, far)
    port = wire.port
    wire.refuse()
    with pytest.raises(ConnectionResetError):
        near.recv(1)
    with pytest.raises(ConnectionRefusedError):
        called(room, wire)
    wire.refuse()
    wire.restore()
    assert wire.port == port
    near, other = joined(room, wire, far)
    near.sendall(b"x")
    assert read(other, 1) == b"x"


def test_the_port_stays_ours_while_nobody_listens(wire: Proxy) -> None:
    wire.refuse()
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind((wire.host, wire.port))


def test_a_blackhole_swallows_and_closes_nothing(room: ExitStack, wire: Proxy, far: Far) -> None:
    near, other = joined(room, wire, far)
    wire.blackhole()
    late = called(room, wire)
    near.sendall(b"into the dark" * 1000)
    late.sendall(b"hello?")
    other.sendall(b"answer")
    assert silent(near)
    assert silent(late)
    assert silent(other)
    assert until(lambda: all(each.broken for each in wire.seen()), PATIENCE_S)
    wire.restore()
    for each in (near, late, other):
        with pytest.raises(ConnectionResetError):
            each.recv(1)
    assert wire.bytes_up() == 0


def test_a_blackhole_swallows_a_goodbye(room: ExitStack, wire: Proxy, far: Far) -> None:
    near, other = joined(room, wire, far)
    wire.blackhole()
    near.close()
    assert silent(other)
    assert until(lambda: wire.seen()[0].broken, PATIENCE_S)
    wire.restore()
    with pytest.raises(ConnectionResetError):
        other.recv(1)


def test_one_that_said_nothing_survives_a_blackhole(room: ExitStack, wire: Proxy, far: Far) -> None:
    near, other = joined(room, wire, far)
    wire.blackhole()
    wire.restore()
    near.sendall(b"still here")
    assert read(other, 10) == b"still here"


def test_a_freeze_loses_nothing(room: ExitStack, wire: Proxy, far: Far) -> None:
    near, other = joined(room, wire, far)
    wire.freeze()
    near.sendall(b"later")
    late = called(room, wire)
    late.sendall(b"later too")
    assert silent(other)
    wire.restore()
    assert read(other, 5) == b"later"
    assert read(room.enter_context(far.accept()), 9) == b"later too"
    assert wire.mode is Mode.OPEN


def test_a_slow_line_makes_the_sender_wait(room: ExitStack, wire: Proxy, far: Far) -> None:
    """What has left the sender and not arrived is bounded, whatever the sender tries."""
    wire.limit(bits_per_s=80_000)
    near, _other = joined(room, wire, far)
    near.settimeout(0.3)
    with pytest.raises(TimeoutError):
        near.sendall(bytes(8 * 2**20))
    seen = wire.seen()[0].up
    assert 0 < seen.taken - seen.passed <= HELD_SLOW + 2 * PIECE


def test_what_a_slow_line_holds_in_all() -> None:
    """The kernel doubles what it is asked for; docs/broker.md says 32 KiB."""
    assert 2 * BUFFER + HELD_SLOW + PIECE < 32 * 1024


def test_a_slow_line_takes_its_time(room: ExitStack, wire: Proxy, far: Far) -> None:
    wire.limit(bits_per_s=400_000)  # 50 kB a second
    near, other = joined(room, wire, far)
    near.sendall(bytes(20_000))
    began = time.monotonic()
    assert len(read(other, 20_000)) == 20_000
    assert time.monotonic() - began > 0.3  # 0.4 s, less what late timers may make up for


def test_latency_delays_and_keeps_the_order(room: ExitStack, wire: Proxy, far: Far) -> None:
    wire.limit(latency_s=0.3)
    near, other = joined(room, wire, far)
    near.sendall(b"one")
    near.sendall(b"two")
    assert silent(other, 0.15)
    assert read(other, 6) == b"onetwo"


def test_first_bytes_tell_plaintext(room: ExitStack, wire: Proxy, far: Far) -> None:
    for begin in (b"\x10\x0e\x00\x04MQTT", b"\x16\x03\x01\x02\x00"):
        near, other = joined(room, wire, far)
        near.sendall(begin + bytes(2000))
        read(other, len(begin) + 2000)
    plain, secret = wire.seen()
    assert (plain.encrypted, secret.encrypted) == (False, True)
    assert len(plain.up.first) == 512
    assert plain.up.first.startswith(b"\x10\x0e\x00\x04MQTT")


def test_closed_twice(far: Far) -> None:
    wire = Proxy(far.port)
    wire.close()
    wire.close()
    far.server.close()
