"""The two gates that the demo watches by camera: a lane for vehicles, a door for phones.

What is added to ``config/demo``: when the last vehicle may come depends on how long the run is, and
the codes are hashed here, so that they stand once and in plain words.
"""

import hashlib
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from cli.world import Line

LANE, DOOR = "lane-camera-1", "door-camera-1"
RELAY, WEST = "gate-relay-1", 2
RESIDENTS: Mapping[str, str] = MappingProxyType({"resident-1": "LINLI-DEMO-RESIDENT-1"})
"""Who may come in at the camera's door: name on record, and code."""

FPS, WIDTH, HEIGHT = 6.0, 960, 540  # two cores carry it beside everything else
EVERY_S = 8.0  # from one vehicle to the next
COMES_S = 12.0
"""No vehicle begins later before the end: it takes up to 6 s, and then it has to be told."""
UP_S = 5.0
"""The world is there so long, or longer, before the run begins."""


def camera_tables() -> str:
    """Of the box's configuration."""
    codes = "".join(map(_code, RESIDENTS.items()))
    return f"""
[[camera]]
id = "{LANE}"
source = "mjpeg+unix:${{LINLI_RUN}}/lane-eye"
use = ["plates"]
point = "west-lane"
fps = {FPS}
direction = "in"

[[camera]]
id = "{DOOR}"
source = "mjpeg+unix:${{LINLI_RUN}}/door-eye"
use = ["codes"]
point = "west-door"
fps = {FPS}

[[stage]]
id = "west-gate"
use = "allow"
inputs = ["{DOOR}"]
[stage.options]
door = "西门"
target = "{RELAY}"
channel = {WEST}
pulse_ms = 500
{codes}"""


def _code(resident: tuple[str, str]) -> str:
    name, code = resident
    digest = hashlib.sha256(code.encode()).hexdigest()
    return f'[[stage.options.codes]]\nname = "{name}"\nsha256 = "{digest}"\n'


def camera_scenes(seconds: float | None) -> str:
    """Of the world, in a run of so many seconds (None: no end)."""
    until_s = 0.0 if seconds is None else max(EVERY_S, UP_S + seconds - COMES_S)
    return f"""
{_bus("lane-eye")}
{_bus("door-eye")}
[[device]]
id = "{LANE}"
sim = "road_camera"
bus = "lane-eye"
options = {{ every_s = {EVERY_S}, until_s = {until_s} }}

[[device]]
id = "{DOOR}"
sim = "phone_camera"
bus = "door-eye"

{_shows(6, 12, RESIDENTS["resident-1"])}
{_shows(11, 26, "LINLI-DEMO-STRANGER")}"""


def _bus(name: str) -> str:
    size = f"fps = {FPS}\nwidth = {WIDTH}\nheight = {HEIGHT}"
    return f'[[bus]]\nid = "{name}"\nkind = "camera"\n{size}\n'


def _shows(at_s: int, every_s: int, code: str) -> str:
    act = f'do = "show"\ndevice = "{DOOR}"\ncode = "{code}"'
    return f"[[act]]\nat_s = {at_s}\nevery_s = {every_s}\n{act}\n"


def lane_is_empty(truth: Sequence[Line]) -> bool:
    """Everybody who came has gone."""
    what = [line.get("what") for line in truth if line.get("device") == LANE]
    return what.count("coming") == what.count("passage") + what.count("walked")
