"""``linli check --config F``: everything that is wrong with a configuration, or what it sets up.

Exit 0 the box would start with it, 2 it has faults or cannot be read.
"""

import argparse
import dataclasses
import json
import os
from collections.abc import Iterator
from pathlib import Path

from agent.config import settings
from agent.config.catalogue import Catalogue
from agent.config.faults import ConfigError, Fault
from agent.config.load import load
from agent.config.paths import default_config
from agent.drivers.register import REGISTER
from agent.pipeline.register import STAGES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, metavar="F", help="the configuration 配置文件")
    parser.add_argument("--json", action="store_true", help="one JSON object per line 输出 JSON")


def run(args: argparse.Namespace) -> int:
    path: Path = args.config or default_config(os.environ)
    try:
        box = load(path, Catalogue(REGISTER, STAGES), os.environ, look=True)
    except ConfigError as wrong:
        for fault in wrong.faults:
            print(_as_json(fault) if args.json else fault)
        if args.json:
            print(json.dumps({"file": str(path), "ok": False, "faults": len(wrong.faults)}))
        return 2
    for line in (_summary(path, box),) if args.json else _report(path, box):
        print(line)
    return 0


def _as_json(fault: Fault) -> str:
    return json.dumps(dataclasses.asdict(fault), ensure_ascii=False)


def _summary(path: Path, box: settings.Box) -> str:
    ids = {
        "buses": [bus.id for bus in box.buses],
        "devices": [device.id for device in box.devices],
        "cameras": [camera.id for camera in box.cameras],
        "stages": [stage.id for stage in box.stages],
    }
    head = {"file": str(path), "ok": True, "faults": 0, "gateway": box.site.gateway}
    return json.dumps({**head, **ids, "digest": box.digest})


def _report(path: Path, box: settings.Box) -> Iterator[str]:
    yield f"{path}: 配置正确，网关 {box.site.gateway} / no faults, gateway {box.site.gateway}"
    parts = (box.buses, box.devices, box.cameras, box.stages)
    zh, en = (
        "总线 {}，设备 {}，摄像头 {}，处理步骤 {}",
        "{} buses, {} devices, {} cameras, {} stages",
    )
    yield f"{zh} / {en}".format(*map(len, parts * 2))
    for bus in box.buses:
        yield f"  {bus.id}: {bus.port} {_of_kind(bus)}"
        for device in box.devices:
            if device.bus == bus.id:
                yield f"    {device.id}: {_device(device)}"
    for camera in box.cameras:
        yield f"  {camera.id}: {camera.source}，{', '.join(camera.use)}"
    for stage in box.stages:
        yield f"  {stage.id}: {stage.use}，{', '.join(stage.inputs)}"


def _of_kind(bus: settings.Bus) -> str:
    if bus.kind == "ble":
        return f"最多 {bus.links} 个连接 {bus.links} links at most"
    return f"{bus.baud} {bus.format}"


def _device(device: settings.Device) -> str:
    model = REGISTER[device.driver]
    address = "" if device.address is None else f" @{device.address}"
    point = "" if device.point is None else f" → {device.point}"
    return f"{device.driver}{address}{point} {model.zh} / {model.en}"
