"""``linli demo``: a simulated community, its box, a broker, a city, and a line that is pulled.

On a terminal it is a live view without an end.  With ``--seconds N --json`` it runs unattended:
progress once a second, then one summary in which the box, the city and the world's truth stand
beside each other (docs/demo.md).  Exit 0 if they agree, 1 if not, 130 if it was interrupted.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.live import Live

from cli.demo.account import Summary
from cli.demo.community import Community, Ends, community
from cli.demo.finish import finish
from cli.demo.people import People
from cli.demo.sample import Sample, Sampler, progress
from cli.demo.scenes import Script
from cli.demo.screen import Screen
from cli.demo.words import Headline, headline
from cli.world import NotReady

SECONDS = 60.0  # of a run that nobody watches
EVERY_S = 1.0
INTERRUPTED = 130

Show = Callable[[Sample, Headline, float], None]
"""What to do with a look, the scene, and the seconds since the beginning."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, metavar="N", help="end after N s 运行 N 秒后结束")
    parser.add_argument("--json", action="store_true", help="progress and summary as JSON lines")
    parser.add_argument(
        "--embedded", action="store_true", help="the broker in Python 用内置 MQTT 服务器"
    )


def run(args: argparse.Namespace) -> int:
    watched = sys.stdout.isatty() and not args.json
    seconds = args.seconds if watched or args.seconds is not None else SECONDS
    with Ends() as ends:
        try:
            with community(seconds, embedded=args.embedded) as place, ends.heard():
                return _played(place, args, seconds, watched=watched)
        except NotReady as why:
            if not ends.asked:
                print(f"演示未能启动 the demo did not come up: {why}", file=sys.stderr)
                return 1
        except KeyboardInterrupt:
            pass
    return INTERRUPTED


def _played(
    place: Community, args: argparse.Namespace, seconds: float | None, *, watched: bool
) -> int:
    with _playing(place, seconds) as play, _shown(args, seconds, watched=watched) as show:
        _watch(play, seconds, show)
        found = play.end(lambda: finish(place, play.script.story, play.elapsed_s), show)
    print(json.dumps(found, ensure_ascii=False) if args.json else _words(found), flush=True)
    return 0 if found["ok"] else 1


# ── threads ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Play:
    """The script and the people, each in a thread; looks are taken by the main one."""

    script: Script
    people: People
    threads: tuple[Future[None], Future[None]]
    pool: ThreadPoolExecutor
    sampler: Sampler
    began: float

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self.began

    def stop(self) -> None:
        self.script.stop()
        self.people.stop()

    def end(self, count: Callable[[], Summary], show: Show) -> Summary:
        """What ``count`` finds, when the script has ended; looks go on meanwhile."""
        self.stop()
        for thread in self.threads:
            thread.result()
        counted = self.pool.submit(count)
        while not counted.done():
            show(self.sampler.take(), headline("draining"), self.elapsed_s)
            time.sleep(EVERY_S / 2)
        return counted.result()


@contextmanager
def _playing(place: Community, seconds: float | None) -> Iterator[Play]:
    """Both threads have ended when it is left."""
    script, people = Script(place, seconds), People(place.acts, place.tell, seconds)
    with ThreadPoolExecutor(3, thread_name_prefix="demo") as pool:
        threads = pool.submit(script.run), pool.submit(people.run)
        play = Play(script, people, threads, pool, Sampler(place), time.monotonic())
        try:
            yield play
        finally:
            play.stop()


def _watch(play: Play, seconds: float | None, show: Show) -> None:
    """One look a second, until the time is over or the script broke."""
    due = play.began
    while seconds is None or due < play.began + seconds:
        show(play.sampler.take(), play.script.now, play.elapsed_s)
        if any(thread.done() and thread.exception() for thread in play.threads):
            return
        due = max(due + EVERY_S, time.monotonic())
        time.sleep(max(0.0, due - time.monotonic()))


# ── showing ──────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _shown(args: argparse.Namespace, seconds: float | None, *, watched: bool) -> Iterator[Show]:
    if not watched:
        yield _as_json if args.json else _Lines()
        return
    screen, console = Screen(), Console()
    whole = "" if seconds is None else f" / {seconds:.0f}"
    with Live(console=console, auto_refresh=False, screen=True) as live:

        def show(sample: Sample, now: Headline, elapsed_s: float) -> None:
            clock = f"{elapsed_s:.0f}{whole} s · Ctrl-C 结束 ends"
            live.update(
                screen.draw(sample, now, clock, (console.width, console.height)), refresh=True
            )

        yield show


def _as_json(sample: Sample, now: Headline, elapsed_s: float) -> None:
    told = {"seconds": round(elapsed_s, 1), "scene": now.name, **progress(sample)}
    print(json.dumps(told, ensure_ascii=False), flush=True)


class _Lines:
    """One line whenever something new begins."""

    def __init__(self) -> None:
        self._last: Headline | None = None

    def __call__(self, sample: Sample, now: Headline, elapsed_s: float) -> None:
        if now is not self._last:
            self._last = now
            print(f"{elapsed_s:4.0f} s  {now.zh}  {now.en}  ({sample.rows})", flush=True)


def _words(found: Summary) -> str:
    return "\n".join(f"{name:18} {value}" for name, value in found.items())
