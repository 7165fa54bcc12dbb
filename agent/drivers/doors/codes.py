"""What all readers of codes say alike."""

from hashlib import sha256

from agent.drivers.base import Seat
from agent.model.messages import Event, Fields, Value
from agent.model.time import Stamp


def code_scanned(seat: Seat, at: Stamp, code: bytes) -> Event:
    """``code`` without its end.  It goes to the stage that judges it; its hash is what is kept."""
    data: Fields = {"code_sha256": sha256(code).hexdigest(), "length": len(code)}
    return Event(
        device=seat.device, at=at, kind="code_scanned", data=data, point=seat.point, raw=code
    )


def setting_read(seat: Seat, at: Stamp, setting: str, value: Value) -> Event:
    """What a device told of itself when somebody asked."""
    data: Fields = {"setting": setting, "value": value}
    return Event(device=seat.device, at=at, kind="setting_read", data=data, point=seat.point)
