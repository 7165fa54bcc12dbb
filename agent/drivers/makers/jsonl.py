"""What people build themselves and let send lines of JSON (``codecs/jsonl.py``)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Interval

from agent.drivers.base import Model, Seat
from agent.drivers.codecs import jsonl
from agent.drivers.codecs.lines import Lines
from agent.model.messages import Message, Quality, Reading
from agent.model.quantities import QUANTITIES
from agent.model.time import Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonlOptions:
    """``silence_s``: seconds without a line after which the device is away."""

    silence_s: Annotated[float, Interval(ge=1, le=86_400)] = 300.0


class Jsonl:
    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, JsonlOptions) else JsonlOptions()
        self._seat, self._silence = seat, options.silence_s
        self._lines = Lines(jsonl.parse, jsonl.HEADS, jsonl.MOST)

    @property
    def silence(self) -> float:
        return self._silence

    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:
        return [
            Reading(
                device=self._seat.device,
                at=at,
                quantity=said.quantity,
                value=said.value,
                quality=said.quality or Quality.GOOD,
                point=self._seat.point,
            )
            for said in self._lines.feed(data)
        ]


MODEL = Model(
    name="jsonl",
    build=Jsonl,
    options=JsonlOptions,
    zh="JSON 行设备（ESP32、Arduino 自制）",
    en="device that sends lines of JSON (ESP32, Arduino)",
    baud=115200,  # what ESP32 and most sketches use
    shares=False,
    protocol="jsonl",
    measures=tuple(QUANTITIES),
)
