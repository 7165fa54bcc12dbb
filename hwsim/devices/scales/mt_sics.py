"""A balance that speaks MT-SICS: commands and answers are lines that end in CR LF.

``SI`` answers at once, ``S S     100.00 g`` or ``S D``; ``S``, ``T`` and ``Z`` wait until the load
lies still and answer ``I`` when it takes too long.  Overload ``+``, underload ``-``.  What it does
not know is ``ES``.  It takes an eighth of a second over each command.
Source: MT-SICS reference manual 11780711 (levels 0 and 1); a public log for the time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from hwsim.devices.base import Device, Sim
from hwsim.devices.scales.deck import Deck
from hwsim.orders import Load, Order, Set
from hwsim.stand import Stand

LOOK_S = 0.1  # how often it looks whether the load lies still


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    decimals: int = 2
    division: float = 0.01  # kg
    capacity: float = 30.0
    unit: Literal["kg", "g"] = "kg"
    patience_s: float = 5.0
    turnaround_s: float = 0.13


class MtSics(Device):
    def __init__(self, stand: Stand, options: Options) -> None:
        self._stand, self._options, self._deck = stand, options, Deck(stand, options)
        self._buffer = b""

    def heard(self, data: bytes, at_ns: int) -> None:
        *lines, rest = (self._buffer + data).split(b"\n")
        self._buffer = rest[-64:]
        for line in lines:
            self._command(line.removesuffix(b"\r").decode("latin-1"), at_ns)

    def _command(self, command: str, at_ns: int) -> None:
        self._stand.asked(at_ns, command=command)
        if command == "SI":
            self._weigh()
        elif command in ("S", "T", "Z"):
            self._once_still(command, at_ns, self._stand.now + self._options.patience_s)
        elif command == "@":
            self._answer('I4 A "1126493049"', {})
        else:
            self._answer("ES", {"error": "ES"})

    def _once_still(self, command: str, at_ns: int, until: float) -> None:
        if self._deck.look().stable:
            self._still(command, at_ns)
        elif self._stand.now < until:
            self._stand.after(LOOK_S, lambda: self._once_still(command, at_ns, until))
        else:
            self._answer(f"{command} I", {"busy": command})

    def _still(self, command: str, at_ns: int) -> None:
        if command == "T":
            self._tare(at_ns)
        elif command == "Z":
            self._zero(at_ns)
        else:
            self._weigh()

    def _weigh(self) -> None:
        shown = self._deck.show()
        if not shown.inside:
            self._answer("S +" if shown.over else "S -", {"over": shown.over})
            return
        meaning = {"weight": shown.net, "stable": shown.stable}
        self._answer(f"S {'S' if shown.stable else 'D'} {self._text(shown.net)}", meaning)

    def _tare(self, at_ns: int) -> None:
        if not self._deck.press_tare():
            self._answer("T +" if self._deck.look().over else "T -", {})
            return
        tare = self._deck.look().tare
        self._stand.told("tare", at_ns, tare=tare)
        self._answer(f"T S {self._text(tare)}", {"tare": tare})

    def _zero(self, at_ns: int) -> None:
        if not self._deck.press_zero():
            self._answer("Z +" if self._deck.look().kg > 0 else "Z -", {})
            return
        self._stand.told("zero", at_ns)
        self._answer("Z A", {"zeroed": True})

    def _text(self, kg: float) -> str:
        shown = kg * (1000 if self._options.unit == "g" else 1)
        return f"{shown:10.{self._options.decimals}f} {self._options.unit}"

    def _answer(self, line: str, meaning: Mapping[str, object]) -> None:
        self._stand.say(f"{line}\r\n".encode(), meaning, self._options.turnaround_s)

    def do(self, order: Order) -> None:
        self._deck.do(order)


SIM = Sim(name="mt_sics", build=MtSics, options=Options, orders=(Load, Set))
