"""``linli evidence list|view|export|hold|release|audit``: the pictures, and who took them.

Works beside a running agent, as the user of the box's files.  Whoever looks at a picture says who
she is and why, and both stay on record (docs/evidence.md).

Exit 0 done, 1 no such passage, no readable store, or an audit that somebody changed, 2 wrong use
or wrong configuration.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.clock.boot import KernelBoot
from agent.config import settings
from agent.config.catalogue import Catalogue
from agent.config.faults import ConfigError
from agent.config.load import load
from agent.config.paths import default_config
from agent.drivers.register import REGISTER
from agent.model.evidence import ROLES, SCENE, Shot
from agent.model.time import Stamp, whole
from agent.pipeline.register import STAGES
from agent.store.album import NAME, Album
from agent.store.desk import Desk, Hold, Kept
from agent.store.trouble import Corrupt, Refused
from agent.store.tuning import Tuning
from cli.pictures import files, person, words

MOST = 1_000  # passages of one list
MOST_HELD = 200  # passages of one deed, so that its record stays readable


@dataclass(frozen=True, slots=True)
class Call:
    """One command on an open store."""

    args: argparse.Namespace
    box: settings.Box
    album: Album
    desk: Desk
    at: Stamp

    @property
    def zone(self) -> str:
        return self.box.site.timezone

    def say(self, told: Mapping[str, object], text: str) -> None:
        print(json.dumps(told, ensure_ascii=False) if self.args.json else text)


class WrongUse(Exception):
    """The person who called must write something else."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    deeds = parser.add_subparsers(dest="deed", metavar="DEED", required=True)
    for name, text in {
        "list": "which passages have pictures 列出",
        "view": "take out one picture 查看一张",
        "export": "take out all pictures of passages, with a manifest 导出",
        "hold": "keep pictures for a case until a day 为案件保留",
        "release": "end a hold 解除保留",
        "audit": "who did what, and whether the record is whole 使用记录",
    }.items():
        _common(made := deeds.add_parser(name, help=text))
        _OF[name](made)


def run(args: argparse.Namespace) -> int:
    try:
        box = load(args.config or default_config(os.environ), _everything(), os.environ)
        album = Album.existing(box.store.dir / NAME, Tuning())
    except ConfigError as wrong:
        return _told(wrong, 2)
    except (Refused, Corrupt) as no:
        return _told(f"图片库无法读取 the pictures cannot be read: {box.store.dir / NAME}: {no}", 1)
    boot = KernelBoot()
    try:
        call = Call(args, box, album, Desk(album), Stamp(boot.id, whole(boot.mono_ns())))
        return _DEEDS[args.deed](call)
    except LookupError as unknown:
        return _told(f"没有这次通行的图片 no pictures of this passage: {unknown}", 1)
    except WrongUse as wrong:
        return _told(wrong, 2)
    except BrokenPipeError:
        raise
    except (Refused, Corrupt, OSError) as no:
        return _told(no, 1)
    finally:
        album.close()


def _told(why: object, code: int) -> int:
    print(why, file=sys.stderr)
    return code


def _everything() -> Catalogue:
    return Catalogue(REGISTER, STAGES)


# ── arguments ────────────────────────────────────────────────────────────────────────────────────


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, metavar="F", help="the box's configuration")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def _named(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    parser.add_argument("--by", metavar="NAME", required=required, help="who you are 姓名")
    parser.add_argument("--why", metavar="TEXT", required=required, help="for what 事由")


def _of_list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--camera", metavar="ID")
    parser.add_argument("--case", metavar="NO", help="only what is held for it")
    parser.add_argument("--most", type=int, default=50, metavar="N")
    parser.add_argument("--reveal", action="store_true", help="whole plates; needs --by, --why")
    _named(parser, required=False)


def _of_view(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("passage")
    parser.add_argument("--role", choices=ROLES, default=SCENE)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="a new file")
    _named(parser)


def _of_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("passage", nargs="*")
    parser.add_argument("--case", metavar="NO", help="all that is held for it")
    parser.add_argument("--dir", type=Path, required=True, help="a new directory")
    _named(parser)


def _of_hold(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("passage", nargs="+")
    parser.add_argument("--case", metavar="NO", required=True, help="number of the case 案号")
    parser.add_argument("--until", metavar="DAY", required=True, help="2026-12-31: its last day")
    _named(parser)


def _of_release(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("passage", nargs="*", help="by default all of the case")
    parser.add_argument("--case", metavar="NO", required=True)
    _named(parser)


def _of_audit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--after", type=int, default=0, metavar="N", help="entries after this one")


# ── deeds ────────────────────────────────────────────────────────────────────────────────────────


def _list(call: Call) -> int:
    args = call.args
    if args.reveal:
        if not (args.by and args.why):
            raise WrongUse("--reveal 需要 --by 和 --why / --reveal needs --by and --why")
        call.desk.record(call.at, person.deed(args, "reveal", {"camera": args.camera}))
    most = max(1, min(args.most, MOST))
    if args.case is None:
        found = call.desk.newest(most, args.camera)
    else:
        found = call.desk.of_case(args.case)[:most]
    for kept in found:
        plain = words.plain(kept, reveal=args.reveal)
        call.say(plain, words.line(kept, call.zone, reveal=args.reveal))
    return 0


def _view(call: Call) -> int:
    args, kept = call.args, call.desk.kept(call.args.passage)
    what = {"passage": kept.passage, "role": args.role}
    files.is_free(args.out)
    shots = call.desk.shots(kept.passage, call.at, person.deed(args, "view", what))
    shot = files.chosen(kept, shots, args.role)
    files.write(args.out, shot.jpeg)
    call.say({**what, "file": str(args.out), "sha256": shot.sha256}, f"{args.out} {shot.sha256}")
    return 0


def _export(call: Call) -> int:
    args, passages = call.args, _passages(call)
    files.make(args.dir)
    manifest = []
    for passage in passages:
        kept = call.desk.kept(passage)
        what: dict[str, object] = {"passage": passage, "case": args.case}
        shots = call.desk.shots(passage, call.at, person.deed(args, "export", what))
        manifest.append(words.plain(kept, reveal=True) | {"files": _written(args.dir, kept, shots)})
    about = {"gateway": call.box.site.gateway, "by": args.by, "why": args.why, "case": args.case}
    text = json.dumps({**about, "passages": manifest}, ensure_ascii=False, indent=2)
    files.write(args.dir / "manifest.json", text.encode())
    call.say({"dir": str(args.dir), "passages": len(manifest)}, f"{args.dir}: {len(manifest)}")
    return 0


def _written(directory: Path, kept: Kept, shots: Sequence[Shot]) -> list[dict[str, object]]:
    told: list[dict[str, object]] = []
    for shot in shots:
        files.is_whole(kept, shot)
        name = f"{kept.passage}-{shot.role}.jpg"
        files.write(directory / name, shot.jpeg)
        told.append({"file": name, "role": shot.role, "sha256": shot.sha256})
    return told


def _passages(call: Call) -> list[str]:
    if bool(call.args.passage) == bool(call.args.case):
        raise WrongUse("写明通行编号，或 --case / name passages, or a case")
    named = list(dict.fromkeys(call.args.passage))
    found = named or [kept.passage for kept in call.desk.of_case(call.args.case)]
    for passage in found:
        call.desk.kept(passage)  # before anything is written
    return found


def _hold(call: Call) -> int:
    args = call.args
    passages = list(dict.fromkeys(args.passage))
    if len(passages) > MOST_HELD:
        raise WrongUse(f"一次最多 {MOST_HELD} 个 / {MOST_HELD} at once at most")
    try:
        until_ns = words.end_of(args.until, call.zone, call.album.utc(call.at))
        hold = Hold(case_no=words.case(args.case), until_ns=until_ns)
    except ValueError as wrong:
        raise WrongUse(str(wrong)) from wrong
    what = {"case": hold.case_no, "until": words.utc(until_ns), "passages": passages}
    call.desk.hold(passages, hold, call.at, person.deed(args, "hold", what))
    call.say(what, f"{hold.case_no}: {len(passages)}, {words.local(until_ns, call.zone)}")
    return 0


def _release(call: Call) -> int:
    args = call.args
    passages = list(dict.fromkeys(args.passage))[:MOST_HELD]
    what: dict[str, object] = {"case": args.case, "passages": passages or "all"}
    deed = person.deed(args, "release", what)
    released = call.desk.release(args.case, passages, call.at, deed)
    call.say({"case": args.case, "released": released}, f"{args.case}: {released}")
    return 0 if released else 1


def _audit(call: Call) -> int:
    for entry in call.desk.audit(call.args.after):
        call.say(words.plain_entry(entry), words.line_of_entry(entry, call.zone))
    broken = call.desk.audit_broken_at()
    if broken is not None:
        zh, en = f"第 {broken} 条起被改动过", f"somebody changed the record at entry {broken}"
        call.say({"whole": False, "broken_at": broken}, f"{zh} / {en}")
        return 1
    call.say({"whole": True}, "记录完整 / the record is whole")
    return 0


_OF: dict[str, Callable[[argparse.ArgumentParser], None]] = {
    "list": _of_list,
    "view": _of_view,
    "export": _of_export,
    "hold": _of_hold,
    "release": _of_release,
    "audit": _of_audit,
}
_DEEDS: dict[str, Callable[[Call], int]] = {
    "list": _list,
    "view": _view,
    "export": _export,
    "hold": _hold,
    "release": _release,
    "audit": _audit,
}
