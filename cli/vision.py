"""``linli vision --config F [--show [ADDR]]``: the eyes, in the foreground, until they are stopped.

``--discover`` looks for ONVIF cameras on the network instead, and tells their addresses.

With ``--show`` what they see can be watched in a browser of this machine, and if eyes run already
(the unit linli-vision) those are watched, and none are started.
"""

import argparse
import importlib.util
import os
import sys
from pathlib import Path

from agent.config.paths import default_config

NEEDS = {
    "cv2": "opencv-python-headless",
    "numpy": "numpy",
    "onnxruntime": "onnxruntime",
    "zxingcpp": "zxing-cpp",
}
DISCOVER_S = 3.0  # cameras answer within half a second, those of a busy network later
SHOW = "127.0.0.1:8722"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config", type=Path, help="the box's configuration (default: $LINLI_CONFIG)"
    )
    parser.add_argument(
        "--show",
        nargs="?",
        const=SHOW,
        metavar="ADDR",
        help=f"serve the live view: a unix socket's path or HOST:PORT, {SHOW} 实时画面",
    )
    parser.add_argument(
        "--discover", action="store_true", help="look for ONVIF cameras on the network 查找摄像头"
    )


def run(args: argparse.Namespace) -> int:
    missing = [package for name, package in NEEDS.items() if importlib.util.find_spec(name) is None]
    if missing:
        print(f"not installed 缺少图像识别库: pip install {' '.join(missing)}", file=sys.stderr)
        return 3
    if args.discover:
        return _discover()
    from agent.app.seeing import start  # noqa: PLC0415  # after the libraries were asked for

    return start(args.config or default_config(os.environ), args.show, os.environ)


def _discover() -> int:
    """Whether any is there."""
    from agent.vision.cameras.discovery import ask  # noqa: PLC0415  # same

    try:
        found = ask(DISCOVER_S)
    except OSError as why:
        print(f"{why.strerror}: 网络不可用 no network to ask on", file=sys.stderr)
        return 3
    for camera in found:
        print(f"{camera.host}  {camera.name or '-'}  {camera.hardware or '-'}  {camera.service}")
    if not found:
        print("没有摄像头应答 no camera answered", file=sys.stderr)
    return 0 if found else 1
