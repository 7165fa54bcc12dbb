"""Links between the adapter and simulated devices: the controller behind BlueZ."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from hwsim.agenda import Agenda
from hwsim.harms import Harms
from hwsim.radio.controller import ABORTED, Connected, Discovered, Done, Ears, Failed, Read
from hwsim.radio.gatt import (
    READ_NOT_PERMITTED,
    WRITE_NOT_PERMITTED,
    AttError,
    Characteristic,
    Unanswered,
)
from hwsim.radio.stand import RadioStand
from hwsim.truth import Truth

T = TypeVar("T")
ATT_TIMEOUT_S = 30.0  # Core 5.4, Vol 3, Part F, 3.3.3: then the link is of no use


class Listening(Protocol):
    """Whoever has the adapter; None while nobody has."""

    @property
    def ears(self) -> Ears | None: ...


class Links:
    def __init__(self, harms: Harms, agenda: Agenda, truth: Truth, adapter: Listening) -> None:
        self._harms, self._agenda, self._truth = harms, agenda, truth
        self._adapter = adapter
        self._peers: dict[str, RadioStand] = {}
        self._opening: dict[str, Connected] = {}

    def attach(self, peer: RadioStand) -> None:
        self._peers[peer.address] = peer

    def reach(self, peer: RadioStand) -> bool:
        """Whether it and the adapter hear each other."""
        return peer.in_range and not self._harms.active("away")

    # ── from the peripheral ──────────────────────────────────────────────────────────────────

    def hang_up(self, peer: RadioStand) -> None:
        self._down(peer)
        if self._adapter.ears is not None:
            self._adapter.ears.lost(peer.address)

    def fade_all(self) -> None:
        """Everything went out of range at once."""
        for peer in self._peers.values():
            self.fade(peer)

    def reach_again(self) -> None:
        """Connections that waited for somebody in range go on."""
        for address, then in tuple(self._opening.items()):
            self._soon(self._peers[address], then)

    def fade(self, peer: RadioStand) -> None:
        """It went out of range: its link is lost a little later."""

        def lost() -> None:
            if peer.connected and not self.reach(peer):
                self.hang_up(peer)

        self._agenda.after(peer.options.supervision_s, lost)

    def _down(self, peer: RadioStand) -> None:
        if not peer.connected:
            return
        peer.connected = False
        ended, peer.notifying = tuple(peer.notifying), set()
        for characteristic in ended:
            if characteristic.on_subscribe is not None:
                characteristic.on_subscribe(False)
        peer.happened("link_lost")
        if peer.on_link is not None:
            peer.on_link(False)

    def let_go(self) -> None:
        """Nobody has the adapter any more."""
        self._opening.clear()
        for peer in self._peers.values():
            self._down(peer)

    def perhaps_hang_up(self, peer: RadioStand) -> bool:
        if peer.connected and self._harms.strikes("hang_up"):
            self.hang_up(peer)
            return True
        return False

    # ── the controller ───────────────────────────────────────────────────────────────────────

    def scan(self, *, on: bool) -> None:
        """The stands speak whether anybody listens or not."""

    def connect(self, address: str, then: Connected) -> None:
        self._opening[address] = then
        self._soon(self._peers[address], then)

    def cancel(self, address: str) -> None:
        self._opening.pop(address, None)

    def _soon(self, peer: RadioStand, then: Connected) -> None:
        def opened() -> None:
            if self._opening.get(peer.address) is not then or not self.reach(peer):
                return
            del self._opening[peer.address]
            text = ABORTED if self._harms.strikes("refuse") else peer.options.refuses
            if text is not None:
                then(Failed(text=text))
                return
            peer.connected = True
            peer.link += 1
            peer.happened("link_up")
            then(None)
            if peer.on_link is not None and peer.connected:
                peer.on_link(True)

        if self.reach(peer):
            self._agenda.after(peer.options.connect_s, opened)

    def discover(self, address: str, then: Discovered) -> None:
        peer = self._peers[address]
        self._later(peer, peer.options.resolve_s, lambda: then(peer.services, peer.mtu))

    def disconnect(self, address: str) -> None:
        self._down(self._peers[address])

    def pair(self, address: str, then: Done) -> None:
        peer = self._peers[address]

        def paired() -> None:
            peer.paired = peer.paired or peer.options.pairs
            then(None if peer.options.pairs else Failed(text="Authentication Failed"))

        self._later(peer, peer.options.resolve_s, paired)

    def read(self, address: str, characteristic: Characteristic, then: Read) -> None:
        def read(_: int) -> bytes:
            if "read" not in characteristic.flags:
                raise AttError(READ_NOT_PERMITTED)
            on_read = characteristic.on_read
            return characteristic.value if on_read is None else on_read()

        self._request(self._peers[address], read, then)

    def write(
        self, address: str, characteristic: Characteristic, data: bytes, then: Done | None
    ) -> None:
        def write(at_ns: int) -> None:
            if not {"write", "write-without-response"} & {*characteristic.flags}:
                raise AttError(WRITE_NOT_PERMITTED)
            if characteristic.on_write is None:
                characteristic.value = data
            else:
                characteristic.on_write(data, at_ns)

        self._request(self._peers[address], write, then)

    def subscribe(
        self, address: str, characteristic: Characteristic, then: Done | None, *, on: bool
    ) -> None:
        peer = self._peers[address]

        def subscribe(_: int) -> None:
            if on:
                peer.notifying.add(characteristic)
            else:
                peer.notifying.discard(characteristic)
            if characteristic.on_subscribe is not None:
                characteristic.on_subscribe(on)

        self._request(peer, subscribe, then)

    def _request(
        self,
        peer: RadioStand,
        action: Callable[[int], T],
        then: Callable[[T | Failed], None] | None,
    ) -> None:
        """One ATT request, or a command if nobody waits for an answer."""
        if not self.reach(peer) or self.perhaps_hang_up(peer):
            return
        try:
            result: T | Failed = action(self._truth.stamp())
        except AttError as refusal:
            result = Failed(att=refusal.code)
        except Unanswered:
            self._later(peer, ATT_TIMEOUT_S, lambda: self.hang_up(peer))
            return
        if then is not None:
            self._later(peer, peer.options.answer_s, lambda: then(result))

    def _later(self, peer: RadioStand, seconds: float, action: Callable[[], None]) -> None:
        """If the link of now still stands then."""
        link = peer.link

        def act() -> None:
            if peer.connected and peer.link == link:
                action()

        if seconds:
            self._agenda.after(seconds, act)
        else:
            act()
