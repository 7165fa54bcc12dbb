"""Bluetooth: what it costs in memory, and how long a lock takes."""

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from statistics import median

from cli.bench.figure import Figure
from cli.bench.proc import rss_mb
from cli.drill.room import Cannot, Room
from cli.net.mosquitto import program
from cli.town import Town

FIGURES = ("ble_rss_mb", "ble_unlock_ms")
CODE, READER, LOCK = "LINLI-BENCH-RESIDENT", "reader", "flat"
DOORS, APART_S = 20, 4.5  # after 3 s without a word the box leaves the lock
SETTLE_S = 20.0
KEY = bytes(range(32)).hex()  # the simulator's own
MEMORY = ("VmRSS", "RssAnon", "RssFile")

BEACONS = (
    ("bthome", "bthome", "A4:C1:38:8D:18:B2", ""),
    ("ruuvi", "ruuvi", "CB:B8:33:4C:88:4F", ""),
    ("wit-ble", "wit_ble", "E7:0B:5C:11:22:33", ""),
    ("ble-battery", "battery_service", "C0:FF:EE:00:00:07", ""),
    (
        "ibeacon",
        "ibeacon",
        "C0:FF:EE:00:00:09",
        'options = { uuid = "E2C56DB5-DFFB-48D2-B060-D0F5A71096E0", major = 1, minor = 2 }\n',
    ),
)
"""Driver, simulator, address, options: one of each, beside the lock."""


def measure(directory: Path) -> Iterator[Figure]:
    if shutil.which("dbus-daemon") is None:
        raise Cannot("there is no dbus-daemon for the simulated radio")
    room = Room(directory)
    (room.state / "lock.key").write_text(KEY, encoding="ascii")
    (room.state / "lock.key").chmod(0o600)
    with ExitStack() as stack:
        sync, beside = "", "without a platform: there is no mosquitto"
        if program() is not None:
            town = stack.enter_context(Town(directory / "town", "bench-box"))
            sync, beside = town.tables(), "connected to its platform"
        world = stack.enter_context(room.world(_scenario()))
        agent = stack.enter_context(room.agent(_config() + sync))
        room.wait_here(LOCK, *(driver for driver, *_ in BEACONS))
        time.sleep(SETTLE_S)
        for _ in range(DOORS):
            world.tell(do="show", device=READER, code=CODE)
            time.sleep(APART_S)
        rss, parts = rss_mb(agent.pid), _parts(agent.pid)
        took = _took(room)
        agent.stop()
    yield Figure(
        figure="ble_rss_mb",
        value=rss,
        unit="MB",
        goal=75,
        op="<=",
        how=f"a lock, a kept link, four kinds of beacons and a reader, {beside}, after {DOORS} "
        f"unlocks; {parts}",
    )
    yield Figure(
        figure="ble_unlock_ms",
        value=median(took) if took else float("inf"),
        unit="ms",
        goal=100,
        op="<=",
        how=f"{len(took)} of {DOORS}: from the code to the lock's word that it is open: link, "
        f"handshake of the open lock profile, command, state; by the box's stamps; simulated "
        f"delays of 20 ms each for connecting and finding services, 5 ms for the lock's thought, "
        f"none for the motor; the slowest {max(took, default=0):.0f} ms",
    )


def _parts(pid: int) -> str:
    """What the kernel says that it is made of."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    told = dict(line.split(":", 1) for line in lines)
    sizes = {name: int(told[name].split()[0]) / 1024 for name in MEMORY}
    return f"{sizes['RssAnon']:.1f} MB its own, {sizes['RssFile']:.1f} MB of shared libraries"


def _took(room: Room) -> list[float]:
    """Milliseconds from each code to the end of its command."""
    scanned, took = 0, list[float]()
    for line in room.records("--stream", "urgent"):
        if line.get("kind") == "code_scanned":
            scanned = line["mono_ns"]
        elif line.get("kind") == "command_done" and line["device"] == LOCK:
            took.append((line["mono_ns"] - scanned) / 1e6)
    return took


def _scenario() -> str:
    beacons = "".join(
        f'[[device]]\nid = "{driver}"\nsim = "{sim}"\nbus = "radio"\naddress = "{address}"\n'
        for driver, sim, address, _ in BEACONS
    )
    return f"""
[[bus]]
id = "gate"
chunk_ms = 1
[[bus]]
id = "radio"
kind = "ble"
[[device]]
id = "{READER}"
sim = "gm65"
bus = "gate"
[[device]]
id = "{LOCK}"
sim = "open_lock"
bus = "radio"
address = "C0:FF:EE:00:00:01"
options = {{ motor_s = 0.0, relock_s = 1.0 }}
{beacons}"""


def _config() -> str:
    beacons = "".join(
        f'[[device]]\nid = "{driver}"\ndriver = "{driver}"\nbus = "radio"\naddress = "{address}"\n'
        f"{options}"
        for driver, _, address, options in BEACONS
    )
    return f"""
schema_version = 1
[site]
gateway = "bench-box"
[store]
dir = "${{LINLI_STATE}}"
[health]
socket = "${{LINLI_STATE}}/agent.sock"
[[bus]]
id = "gate"
port = "${{LINLI_RUN}}/gate"
[[bus]]
id = "radio"
kind = "ble"
port = "hci0"
dbus = "${{LINLI_RUN}}/radio"
[[device]]
id = "{READER}"
driver = "gm65"
bus = "gate"
[[device]]
id = "{LOCK}"
driver = "open-lock"
bus = "radio"
address = "C0:FF:EE:00:00:01"
options = {{ key_file = "${{LINLI_STATE}}/lock.key", lock_id = "c0ffee0000000001" }}
{beacons}
[[stage]]
id = "allow"
use = "allow"
inputs = ["{READER}"]
[stage.options]
door = "flat"
target = "{LOCK}"
action = "open"
again_s = 0.0
[[stage.options.codes]]
name = "resident"
sha256 = "{sha256(CODE.encode()).hexdigest()}"
"""
