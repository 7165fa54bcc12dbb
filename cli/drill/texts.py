"""The community that drills happen in: a gate with reader and relay, a scale, a maker's box."""

from hashlib import sha256

RESIDENT, STRANGER = "LINLI-DRILL-RESIDENT", "LINLI-DRILL-STRANGER"
READER, RELAY, SCALE, MAKER = "reader-1", "relay-1", "scale-1", "maker-1"
DEVICES = (READER, RELAY, SCALE, MAKER)


def scenario(*, maker_every_s: float = 0.2, more: str = "") -> str:
    """Of hwsim.  ``more``: further tables."""
    return f"""
[world]
seed = 7
[[bus]]
id = "gate"
[[bus]]
id = "relay"
[[bus]]
id = "scale"
[[bus]]
id = "maker"
baud = 115200
chunk_ms = 1
[[device]]
id = "{READER}"
sim = "gm65"
bus = "gate"
[[device]]
id = "{RELAY}"
sim = "lcus"
bus = "relay"
[device.options]
own_supply = true
[[device]]
id = "{SCALE}"
sim = "yaohua"
bus = "scale"
[[device]]
id = "{MAKER}"
sim = "jsonl"
bus = "maker"
[device.options]
every_s = {maker_every_s}
{more}
"""


def config(*, pulse_ms: int = 300, again_s: float = 0.2, store: str = "", more: str = "") -> str:
    """Of the agent.  ``store``: further keys of that table; ``more``: further tables."""
    return f"{_devices(store)}{more}\n{_stages(pulse_ms, again_s)}"


def _devices(store: str) -> str:
    return f"""
schema_version = 1
[site]
gateway = "drill-box"
[store]
dir = "${{LINLI_STATE}}"
seal_s = 2.0
{store}
[health]
socket = "${{LINLI_STATE}}/agent.sock"
[[bus]]
id = "gate"
port = "${{LINLI_RUN}}/gate"
[[bus]]
id = "relay"
port = "${{LINLI_RUN}}/relay"
[[bus]]
id = "scale"
port = "${{LINLI_RUN}}/scale"
[[bus]]
id = "maker"
port = "${{LINLI_RUN}}/maker"
baud = 115200
[[device]]
id = "{READER}"
driver = "gm65"
bus = "gate"
[[device]]
id = "{RELAY}"
driver = "lcus"
bus = "relay"
priority = 1
outputs = [{{ channel = 1, rest = "off" }}, {{ channel = 2, rest = "off" }}]
[[device]]
id = "{SCALE}"
driver = "yaohua"
bus = "scale"
[[device]]
id = "{MAKER}"
driver = "jsonl"
bus = "maker"
"""


def _stages(pulse_ms: int, again_s: float) -> str:
    return f"""[[stage]]
id = "sane"
use = "sane"
inputs = ["{SCALE}", "{MAKER}"]
[[stage]]
id = "settle"
use = "settle"
inputs = ["{SCALE}"]
[[stage]]
id = "thin"
use = "thin"
inputs = ["{SCALE}"]
[[stage]]
id = "allow"
use = "allow"
inputs = ["{READER}"]
[stage.options]
door = "gate"
target = "{RELAY}"
pulse_ms = {pulse_ms}
again_s = {again_s}
[[stage.options.codes]]
name = "resident"
sha256 = "{sha256(RESIDENT.encode()).hexdigest()}"
"""
