#!/usr/bin/env python3
"""A second, independent reader of docs/protocol.md: prints what boxes measure and tell.

    python3 subscriber.py mqtts://mqtt.example.cn:8883 xuhui/s0 USER PASSWORD_FILE [CA_FILE]

It needs Python and paho-mqtt 2, nothing of Linli.  It looks on and acknowledges nothing.
"""

import json
import sys
import zlib
from pathlib import Path
from urllib.parse import urlsplit

from paho.mqtt.client import CallbackAPIVersion, Client, MQTTMessage, MQTTv5


def readings(block: dict) -> list[dict]:
    """Columns to rows: each reading with its number and its monotonic time in nanoseconds."""
    quality = {place: name for name, places in block["q"].items() for place in places}
    rows, mono = [], block["mono_ns"]
    for i, step in enumerate([0, *block["t"]]):
        mono += block["step_ns"] * step
        device, point, quantity = block["series"][block["s"][i]]
        row = {"gateway": block["gateway"], "epoch": block["epoch"], "seq": block["first"] + i}
        row |= {"device": device, "point": point, "quantity": quantity, "value": block["v"][i]}
        rows.append(row | {"quality": quality.get(i, "good"), "mono_ns": mono})
    return rows


def show(_client: Client, _userdata: None, message: MQTTMessage) -> None:
    urgent = message.topic.endswith("/up/urgent")
    lines = map(json.loads, message.payload.splitlines()) if urgent else None
    for line in lines or readings(json.loads(zlib.decompress(message.payload))):
        print(json.dumps(line, ensure_ascii=False), flush=True)  # noqa: T201


def main(url: str, branch: str, user: str, password_file: str, ca_file: str | None = None) -> None:
    where = urlsplit(url)
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
    client.username_pw_set(user, Path(password_file).read_text(encoding="utf-8").strip())
    if where.hostname != "127.0.0.1":  # without TLS on this machine only
        client.tls_set(ca_file)
    lanes = [(f"linli/v1/{branch}/+/up/{lane}", 1) for lane in ("urgent", "live", "backfill")]
    client.on_connect, client.on_message = lambda *_: client.subscribe(lanes), show
    client.connect(where.hostname, where.port)
    client.loop_forever()


main(*sys.argv[1:])
