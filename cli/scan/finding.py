"""What a scan prints: a device that was found, that none was, or why a port was left alone."""

from dataclasses import dataclass

from agent.drivers.probes.ears import Sighting
from agent.drivers.probes.unseen import MUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """``baud`` is None behind a serial server, which has its own.  ``echo``: the adapter's."""

    port: str
    baud: int | None
    format: str
    sighting: Sighting
    echo: bool = False

    def plain(self) -> dict[str, object]:
        guess = self.sighting.guess
        told: dict[str, object] = {
            "port": self.port,
            "protocol": guess.protocol,
            "device": guess.device,
            "address": guess.address,
            "baud": self.baud,
            "format": self.format,
            "confidence": guess.confidence,
            "candidates": list(guess.candidates),
            "evidence_hex": self.sighting.evidence.hex(),
        }
        if guess.options:
            told["options"] = dict(guess.options)
        if guess.zh:
            told["note"] = f"{guess.zh} {guess.en}"
        if self.echo:
            told["echo"] = True
        return told


@dataclass(frozen=True, slots=True)
class Trouble:
    """``why`` in Chinese and English."""

    port: str
    why: str

    def plain(self) -> dict[str, object]:
        return {"port": self.port, "error": self.why}


@dataclass(frozen=True, slots=True)
class Mute:
    """Nothing talked, nothing answered.  ``noise``: bytes came that nobody understood."""

    port: str
    noise: int = 0

    @property
    def candidates(self) -> tuple[str, ...]:
        return () if self.noise else MUTE

    @property
    def why(self) -> str:
        if self.noise:
            return (
                f"收到 {self.noise} 字节，无法识别 {self.noise} bytes came that nobody understood"
            )
        return "没有应答，可能是 no answer; it could be: " + ", ".join(MUTE)

    def plain(self) -> dict[str, object]:
        nothing = dict.fromkeys(("protocol", "device", "address", "baud", "format"))
        return {
            "port": self.port,
            **nothing,
            "confidence": 0,
            "candidates": list(self.candidates),
            "evidence_hex": "",
            "note": self.why,
        }


Told = Finding | Trouble | Mute
