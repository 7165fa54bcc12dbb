"""``linli look``: the plates and codes in photos.

All files are read in one process, and each is told as soon as it is done.  Nothing of what is seen
goes anywhere but to the caller: no log, no journal.  Exit 0 when every file was read, whatever was
in it; 1 when one was not; 2 for wrong use; 3 where a library of the eyes is not installed.
"""

import argparse
import importlib.util
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from cli.looking.names import names, printable

if TYPE_CHECKING:
    from agent.vision.look import Looker
    from cli.looking.telling import Teller

NEEDS = {"cv2": "opencv-python-headless", "numpy": "numpy"}
NEEDS_FOR_PLATES = {"onnxruntime": "onnxruntime"}
NEEDS_FOR_CODES = {"zxingcpp": "zxing-cpp"}


class WrongUse(Exception):
    """The caller must call differently; the text says how, in Chinese and English."""


class NotInstalled(Exception):
    """A library of the eyes is not there; the text says which."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", metavar="FILE", help="photos 照片文件")
    parser.add_argument(
        "--files-from", metavar="F", help="names of photos, one a line; - is stdin 从列表读文件名"
    )
    parser.add_argument("--json", action="store_true", help="one object per photo 输出 JSON")
    parser.add_argument("--plates", action="store_true", help="look for plates only 只找车牌")
    parser.add_argument("--codes", action="store_true", help="look for codes only 只找二维码")
    parser.add_argument(
        "--crop", action="store_true", help="each photo is one plate, cut out 整张图就是一块车牌"
    )
    parser.add_argument(
        "--draw", type=Path, metavar="DIR", help="copies with what was seen drawn in 输出标注图"
    )


def run(args: argparse.Namespace) -> int:
    try:
        return _run(args)
    except (WrongUse, OSError) as wrong:
        print(printable(str(wrong)), file=sys.stderr)
        return 2
    except NotInstalled as missing:
        print(missing, file=sys.stderr)
        return 3


def _run(args: argparse.Namespace) -> int:
    with ExitStack() as open_files:
        files = _files(args, open_files)
        looker = _looker(args)
        with _teller(args) as teller:
            return 0 if _tell_all(files, looker, teller) else 1


def _tell_all(files: Iterable[str], looker: "Looker", teller: "Teller") -> bool:
    """Whether all could be read."""
    from agent.vision.pictures import Unreadable  # noqa: PLC0415  # its libraries were asked for

    good = True
    for file in files:
        try:
            seen = looker.look(Path(file))
        except Unreadable as why:
            teller.fault(file, str(why))
            good = False
        else:
            teller.seen(file, seen)
    return good


def _files(args: argparse.Namespace, open_files: ExitStack) -> Iterable[str]:
    if bool(args.files) == (args.files_from is not None):
        raise WrongUse("FILE… or --files-from, one of them 照片文件和 --files-from 选一个")
    return args.files or names(_list(args.files_from, open_files))


def _list(name: str, open_files: ExitStack) -> BinaryIO:
    return sys.stdin.buffer if name == "-" else open_files.enter_context(Path(name).open("rb"))


def _looker(args: argparse.Namespace) -> "Looker":
    """Both plates and codes where neither is named; a cut out plate has no codes."""
    plates = args.plates or args.crop or not args.codes
    codes = args.codes or not (args.plates or args.crop)
    needs = NEEDS | (NEEDS_FOR_PLATES if plates else {}) | (NEEDS_FOR_CODES if codes else {})
    missing = [package for name, package in needs.items() if importlib.util.find_spec(name) is None]
    if missing:
        raise NotInstalled(
            f"not installed: {', '.join(missing)}: pip install {' '.join(missing)} 缺少图像识别库"
        )
    from agent.vision import look  # noqa: PLC0415  # its libraries may be missing

    return look.looker(plates=plates, codes=codes, crop=args.crop)


def _teller(args: argparse.Namespace) -> "Teller":
    from cli.looking.telling import Teller  # noqa: PLC0415  # see above

    return Teller(as_json=args.json, draw=args.draw)
