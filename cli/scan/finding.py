"""What a scan prints: a device that was found, or why a port was left alone."""

from dataclasses import dataclass

from agent.drivers.probes.ears import Sighting


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


Told = Finding | Trouble
