"""The air between simulated devices and the adapter: what arrives, when, and what is lost."""

from collections import deque
from collections.abc import Mapping
from typing import TypeVar

from hwsim.agenda import Agenda
from hwsim.harms import Harms
from hwsim.orders import RECORDED
from hwsim.radio.controller import Heard
from hwsim.radio.gatt import Characteristic
from hwsim.radio.links import Links, Listening
from hwsim.radio.stand import Advert, RadioStand
from hwsim.truth import Truth

K = TypeVar("K", str, int)


class Air:
    """What the stands speak into.  ``bus``: its name in the truth; ``links``: for BlueZ to use."""

    def __init__(
        self, bus: str, harms: Harms, agenda: Agenda, truth: Truth, adapter: Listening
    ) -> None:
        self._bus, self._harms, self._agenda, self._truth = bus, harms, agenda, truth
        self._adapter = adapter
        self.links = Links(harms, agenda, truth, adapter)
        self._recorded: dict[str, deque[Advert]] = {}

    def attach(self, peer: RadioStand) -> None:
        self.links.attach(peer)
        self._recorded[peer.address] = deque(maxlen=RECORDED)

    # ── advertisements ───────────────────────────────────────────────────────────────────────

    def advert(self, peer: RadioStand, advert: Advert) -> None:
        self._recorded[peer.address].append(advert)
        self._cast(peer, advert)

    def again(self, peer: RadioStand, back: int) -> bool:
        """Send an old one once more; False: it has not said that many."""
        recorded = self._recorded[peer.address]
        if len(recorded) < back:
            return False
        old = recorded[-back]
        meaning = {**old.meaning, "replayed": True}
        self._cast(
            peer,
            Advert(
                service_data=old.service_data,
                manufacturer=old.manufacturer,
                services=old.services,
                meaning=meaning,
            ),
        )
        return True

    def _cast(self, peer: RadioStand, advert: Advert) -> None:
        harms = [kind for kind in ("silent", "drop") if self._harms.strikes(kind)]
        if not self.links.reach(peer):
            harms.append("away")
        service, maker = self._struck(advert.service_data), self._struck(advert.manufacturer)
        if (service, maker) != (dict(advert.service_data), dict(advert.manufacturer)):
            harms.append("flip")
        heard = Heard(
            address=peer.address,
            random=peer.options.random_address,
            name=peer.options.name,
            rssi=round(peer.options.rssi + peer.dice.gauss(0, peer.options.rssi_noise)),
            services=advert.services,
            service_data=service,
            manufacturer=maker,
        )
        ears = None if {"silent", "drop", "away"} & {*harms} else self._adapter.ears
        told = ears is not None and ears.heard(heard)
        data = b"".join((*service.values(), *maker.values()))
        self._emitted(peer, "advert", advert.meaning, data, harms, heard=told)

    def _struck(self, data: Mapping[K, bytes]) -> dict[K, bytes]:
        return {key: self._harms.strike_with("flip", value) for key, value in data.items()}

    def _emitted(
        self,
        peer: RadioStand,
        kind: str,
        meaning: Mapping[str, object],
        data: bytes,
        harms: list[str],
        *,
        heard: bool,
    ) -> None:
        intact = heard and not {*harms} - {"late", "dup"}
        said: dict[str, object] = {"bus": self._bus, "device": peer.device, "kind": kind}
        said |= {"meaning": meaning, "intact": intact, "heard": heard}
        said |= {"bytes": len(data), "hex": data.hex()}
        if harms:
            said["harm"] = sorted({*harms})
        self._truth.count(peer.device, "emitted")
        self._truth.count(peer.device, "intact" if intact else "spoilt" if heard else "unheard")
        self._truth.tell("emitted", said)

    # ── notifications ────────────────────────────────────────────────────────────────────────

    def notice(
        self,
        peer: RadioStand,
        characteristic: Characteristic,
        data: bytes,
        meaning: Mapping[str, object],
    ) -> None:
        late = self._harms.strikes("late")
        harms = ["late"] if late else []
        if self._harms.strikes("silent"):
            self._truth.count(peer.device, "silenced")
        elif late:
            self._agenda.after(
                late.late_s, lambda: self._deliver(peer, characteristic, data, meaning, harms)
            )
        else:
            self._deliver(peer, characteristic, data, meaning, harms)

    def _deliver(
        self,
        peer: RadioStand,
        characteristic: Characteristic,
        data: bytes,
        meaning: Mapping[str, object],
        harms: list[str],
    ) -> None:
        fits, ears = data[: peer.room], self._adapter.ears
        if len(fits) < len(data):
            harms.append("cut")
        if self._harms.strikes("dup"):
            harms.append("dup")
        linked = peer.connected and self.links.reach(peer) and ears is not None
        heard = False
        for _ in range(2 if "dup" in harms else 1):
            if linked and ears is not None and peer.subscribed(characteristic):
                heard = ears.noticed(peer.address, characteristic, fits)
        self._emitted(peer, "notification", meaning, fits, harms, heard=heard)
        self.links.perhaps_hang_up(peer)

    # ── links ────────────────────────────────────────────────────────────────────────────────

    def hang_up(self, peer: RadioStand) -> None:
        self.links.hang_up(peer)

    def moved(self, peer: RadioStand) -> None:
        peer.happened("near" if peer.in_range else "away")
        if peer.in_range:
            self.links.reach_again()
        else:
            self.links.fade(peer)
