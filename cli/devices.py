"""``linli devices``: every kind of device that this version knows, from the register."""

import argparse
import json
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from agent.drivers.base import Model
from agent.drivers.register import REGISTER


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one object per driver 输出 JSON")


def run(args: argparse.Namespace) -> int:
    if args.json:
        for model in REGISTER.values():
            print(json.dumps(plain(model), ensure_ascii=False))
    else:
        Console().print(_table())
    return 0


def plain(model: Model) -> Mapping[str, object]:
    """A line of the register; ``wire`` is "serial" or "ble"."""
    told: dict[str, object] = {"driver": model.name, "zh": model.zh, "en": model.en}
    told |= {"protocol": model.protocol, "measures": model.measures, "tells": model.tells}
    told |= {"does": (*model.does, "pulse") if model.outputs else model.does}
    if model.radio is not None:
        return told | {"wire": "ble", "link": model.radio.link}
    return told | {
        "wire": "serial",
        "baud": model.baud,
        "format": model.format,
        "shares": model.shares,
        "address": model.needs_address,
    }


def _table() -> Table:
    table = Table("驱动 driver", "设备 device", "读数 measures", "事件 tells", "指令 does")
    for model in REGISTER.values():
        words = (" ".join(names) for names in (model.measures[:12], model.tells, model.does))
        table.add_row(model.name, f"{model.zh}\n{model.en}", *words)
    return table
