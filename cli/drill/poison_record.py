"""What nobody can read, beside what everybody needs: it may hold up nothing."""

import json
import time
import zlib
from collections.abc import Iterator

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from cli.drill import texts
from cli.drill.room import Finding, Room
from cli.drill.uplink import (
    GATEWAY,
    Doors,
    account,
    both,
    connected,
    drained,
    granted,
    verdict,
)
from cli.town import Town

BRANCH = f"linli/v1/demo/s0/{GATEWAY}/up"
STRANGE_EPOCH = 77
"""Of what is readable and of a kind that no city knows: an epoch that the box never had."""


def drill(room: Room) -> Finding:
    return both(room, _story)


def _story(room: Room, town: Town) -> Finding:
    with room.world(texts.scenario()) as world:
        unreadable = _poison(town)  # with the box's own password, before it comes
        with room.agent(texts.config(more=town.tables())) as agent:
            room.wait_here(*texts.DEVICES)
            connected(room)
            doors = Doors(world)
            doors.during(10)
            box = drained(room, world)
            agent.stop()
    seen, status = account(box, town), town.status()
    strange = [line for line in town.records() if line.get("epoch") == STRANGE_EPOCH]
    kept = sum(line.get("last", 0) - line.get("first", 0) + 1 for line in strange)
    return Finding(
        ok=verdict(town, seen, doors, also=town.city.running())
        and status["aside"] == unreadable
        and kept >= len(list(_strange())),
        sent=seen.sent,
        arrived=seen.arrived,
        lost_urgent=seen.missing_urgent + doors.shown - granted(town),
        duplicated=seen.doubled,
        more={
            "unreadable": unreadable,
            "put_aside": status["aside"],
            "strange_sent": len(list(_strange())),
            "strange_kept": len(strange),
            "doors": doors.shown,
        },
        how="with the box's password: bytes that are nothing, JSON without numbers, another box's "
        "name, blocks that are cut off or bombs; and kinds, types and columns of a later version, "
        "which must be kept raw; then the box itself, all of whose records must arrive",
    )


def _poison(town: Town) -> int:
    """How many messages nobody can read."""
    client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv311)
    client.username_pw_set(GATEWAY, town.broker.passwords[GATEWAY])
    client.connect(town.broker.host, town.broker.port)
    client.loop_start()
    unreadable = list(_unreadable())
    for lane, payload in (*unreadable, *_strange()):
        client.publish(f"{BRANCH}/{lane}", payload, qos=1).wait_for_publish(10)
    time.sleep(1)
    client.disconnect()
    client.loop_stop()
    return len(unreadable)


def _unreadable() -> Iterator[tuple[str, bytes]]:
    """One message each that holds no number, or not this box's."""
    yield "urgent", b"\x00\xff\xfe nothing at all"
    yield "urgent", b'{"type":"event"'
    yield "urgent", b"[" * 5000
    yield "urgent", json.dumps({**_line(1), "gateway": "somebody-else"}).encode()
    yield "urgent", json.dumps({**_line(1), "seq": -5}).encode()
    yield "urgent", json.dumps({**_line(1), "seq": 10**30}).encode()
    yield "live", b"not zlib"
    yield "live", zlib.compress(b'{"gateway":"x"}')
    yield "backfill", zlib.compress(json.dumps(_block(n=2)).encode())[:-9]
    yield "backfill", zlib.compress(b'{"v":[' + b"0," * 60_000_000 + b"0]}")


def _strange() -> Iterator[tuple[str, bytes]]:
    """One record each, of a version that is to come."""
    yield (
        "urgent",
        json.dumps(_line(1) | {"kind": "made_up", "data": {"deep": {"er": [1]}}}).encode(),
    )
    yield "urgent", json.dumps(_line(2) | {"type": "wonder", "colour": "violet"}).encode()
    yield "urgent", json.dumps(_line(3) | {"data": None, "device": 17}).encode()
    yield "live", zlib.compress(json.dumps({**_block(first=10, n=1), "v": "delta:AAAA"}).encode())


def _line(seq: int) -> dict[str, object]:
    identity = {"gateway": GATEWAY, "stream": "urgent", "epoch": STRANGE_EPOCH, "seq": seq}
    time_ = {"boot": "b", "mono_ns": seq, "utc": None, "tq": "untrusted"}
    return {"type": "event", "device": "d", "kind": "weighing", "data": {}} | identity | time_


def _block(*, first: int = 1, n: int = 1) -> dict[str, object]:
    head = {"gateway": GATEWAY, "stream": "bulk", "epoch": STRANGE_EPOCH, "first": first, "n": n}
    time_ = {"boot": "b", "mono_ns": 1, "offset_ns": None, "utc": None, "tq": "untrusted"}
    columns = {"series": [["d", None, "weight"]], "s": [0] * n, "step_ns": 1, "t": [1] * (n - 1)}
    return head | time_ | columns | {"v": [1.0] * n, "q": {}}
