"""What people build themselves and let send lines of JSON (``codecs/jsonl.py``)."""

from collections.abc import Iterable

from agent.drivers.base import Model, NoOptions, Seat
from agent.drivers.codecs import jsonl
from agent.drivers.codecs.lines import Lines
from agent.model.messages import Message, Quality, Reading
from agent.model.time import Stamp


class Jsonl:
    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self._lines = Lines(jsonl.parse, jsonl.HEADS, jsonl.MOST)

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
    options=NoOptions,
    zh="JSON 行设备（ESP32、Arduino 自制）",
    en="device that sends lines of JSON (ESP32, Arduino)",
    baud=115200,  # what ESP32 and most sketches use
    shares=False,
)
