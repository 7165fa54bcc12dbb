"""Loading a text with the catalogue of the tests."""

from collections.abc import Mapping
from pathlib import Path

from agent.config import settings
from agent.config.faults import ConfigError, Fault
from agent.config.load import load
from tests.config.catalogue import CATALOGUE

GOOD = """\
schema_version = 1
[site]
gateway = "box"
timezone = "Asia/Shanghai"
place = { division = "310104", longitude = 121.43, latitude = 31.19, datum = "GCJ-02" }
[[bus]]
id = "wire"
port = "/dev/ttyUSB0"
echo = true
[[bus]]
id = "pair"
port = "/dev/ttyUSB1"
baud = 9600
format = "8N1"
[[bus]]
id = "doors"
port = "socket://10.1.1.9:4001"
[[bus]]
id = "radio"
kind = "ble"
port = "hci0"
links = 2
[[device]]
id = "scale-1"
driver = "scale"
bus = "wire"
point = "station-1"
options = { unit = "kg" }
[[device]]
id = "noise-1"
driver = "noise"
bus = "pair"
address = 1
[[device]]
id = "tilt-1"
driver = "tilt"
bus = "pair"
address = 80
point = "slope-1"
[[device]]
id = "relay-1"
driver = "relay"
bus = "doors"
outputs = [{ channel = 1, rest = "off" }, { channel = 2 }]
[[device]]
id = "tag-1"
driver = "beacon"
bus = "radio"
address = "aa:bb:cc:00:00:01"
[[device]]
id = "lock-1"
driver = "lock"
bus = "radio"
address = "AA:BB:CC:00:00:02"
[[device]]
id = "strap-1"
driver = "strap"
bus = "radio"
address = "AA:BB:CC:00:00:03"
[[device]]
id = "tag-2"
driver = "beacon"
bus = "radio"
address = "AA:BB:CC:00:00:02"
[[device]]
id = "loops-1"
driver = "contacts"
bus = "doors"
address = 9
[[stage]]
id = "plausible"
use = "sane"
inputs = ["scale-1", "noise-1"]
options = { limits.weight = { low = 0 } }
[[stage]]
id = "weigh"
use = "settle"
inputs = ["scale-1"]
[[stage]]
id = "fewer"
use = "thin"
inputs = ["scale-1"]
options = { keep = 5 }
[[stage]]
id = "open"
use = "door"
inputs = ["weigh", "cam-2"]
options = { target = "relay-1", channel = 2, codes = ["a"] }
[clock]
sources = ["platform", "ntp"]
ntp = ["10.1.1.1"]
[store]
seal_s = 15
dir = "${LINLI_STATE}"
keep_days = { weighing = 400 }
[vision]
evidence_days = 7
[sync]
enabled = true
url = "mqtts://city.example:8883"
tenant = "demo"
password_file = "/keys/password"
cert_file = "/keys/box.pem"
key_file = "credential:box-key"
first_s = 2.5
[[key]]
id = "city-1"
role = "command"
file = "/keys/city-1.pub"
not_before = 2026-01-01T00:00:00
not_after = 2027-01-01T00:00:00Z
[[camera]]
id = "cam-1"
source = "rtsp://10.1.1.20/one"
username = "viewer"
password_file = "/keys/cam-1"
use = ["plates"]
point = "lane-1"
region = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]]
masks = [[[0, 0], [0.2, 0], [0.2, 0.2]]]
loop = "loops-1/1"
[[camera]]
id = "cam-2"
source = "v4l2:/dev/video0"
use = ["codes"]
fps = 5
[health]
socket = "/run/linli/agent.sock"
"""


def box(text: str | bytes, folder: Path, environ: Mapping[str, str] | None = None) -> settings.Box:
    path = folder / "box.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load(path, CATALOGUE, environ or {})


def faults(
    text: str | bytes, folder: Path, environ: Mapping[str, str] | None = None
) -> tuple[Fault, ...]:
    try:
        box(text, folder, environ)
    except ConfigError as error:
        return error.faults
    return ()
