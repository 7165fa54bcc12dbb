"""The demo, short: a town comes up, is cut off, catches up, and the books agree."""

import io
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from rich.console import Console

from agent.web.snapshot import Snapshot, Sync
from cli.demo.account import Moment
from cli.demo.community import DEMO, Ends
from cli.demo.people import Act, People, acts, without_acts
from cli.demo.sample import Sample
from cli.demo.screen import Screen
from cli.demo.words import headline
from hwsim.scenario import load

pytestmark = pytest.mark.timeout(120)
SHORT_S = "16"


def _demo(tmp: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "cli", "demo", "--json", *options],
        env={**os.environ, "TMPDIR": str(tmp)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_books_agree_with_the_broker_in_python(tmp_path: Path) -> None:
    demo = _demo(tmp_path, "--seconds", SHORT_S, "--embedded")
    out, err = demo.communicate()
    assert demo.returncode == 0, err + out[-2000:]
    *looks, found = map(json.loads, out.splitlines())
    assert found["ok"]
    assert (found["lost"], found["duplicated"], found["gapped"]) == (0, 0, 0)
    assert found["captured"] == found["stored"] == found["city_rows"] == found["acked"] > 0
    assert found["sent"] >= found["stored"]
    assert found["device_kinds"] == 28
    assert found["outages"] == 1
    assert found["commands"]["done"] >= 1
    assert found["codes"]["shown"] == found["codes"]["scanned"] > 0
    assert found["broker"].startswith("amqtt")
    assert {"daily", "gate", "refused"} <= {look["scene"] for look in looks}
    assert not list(tmp_path.iterdir())


def test_being_told_to_end_leaves_nothing_behind(tmp_path: Path) -> None:
    demo = _demo(tmp_path)
    assert demo.stdout is not None
    assert "scene" in demo.stdout.readline()
    demo.send_signal(signal.SIGTERM)
    demo.communicate()
    assert demo.returncode == 130
    assert not list(tmp_path.iterdir())
    assert str(tmp_path) not in "".join(map(_command, Path("/proc").glob("[0-9]*")))


def _command(process: Path) -> str:
    try:
        return (process / "cmdline").read_text(errors="replace")
    except OSError:  # it has gone meanwhile
        return ""


def test_the_scenario_without_its_people(tmp_path: Path) -> None:
    text = (DEMO / "scenario.toml").read_text(encoding="utf-8")
    path = tmp_path / "scenario.toml"
    path.write_text(without_acts(text), encoding="utf-8")
    whole, bare = load(DEMO / "scenario.toml"), load(path)
    assert (bare.buses, bare.devices) == (whole.buses, whole.devices)
    assert len(bare.timeline) == len(whole.timeline) - len(acts(text)) > 0


def test_nobody_begins_what_would_not_end() -> None:
    told = Counter[str]()

    def tell(**order: object) -> None:
        told[str(order["do"])] += 1

    bag = Act(2.0, None, {"do": "load", "hold_s": 4.0})  # over after ten seconds
    code = Act(0.0, None, {"do": "show"})
    People([bag, code], tell, 11.0).run()
    assert told == {"show": 1}


def test_people_go_home_when_they_are_asked_to() -> None:
    people = People([Act(0.0, 3600.0, {"do": "show"})], lambda **_: people.stop(), None)
    people.run()  # returns


@pytest.mark.parametrize("size", [(80, 24), (120, 50), (200, 50)])
def test_what_a_screen_shows(size: tuple[int, int]) -> None:
    event = {"kind": "weighing", "device": "scale-1", "data": {"weight": 3.4}}
    sample = Sample(
        box=Snapshot(site="小区", gateway="box-1", sync=Sync(enabled=True)),
        city={"duplicates": 3, "commands": {"done": 2}},
        rows=4711,
        events=(event,),
    )
    console = Console(width=size[0], height=size[1], record=True, file=io.StringIO())
    console.print(Screen().draw(sample, headline("refused"), "5 s", size))
    text = console.export_text()
    assert "网络断了" in text
    assert "doors go on" in text
    assert "4711" in text
    assert "weighing" in text
    assert len(text.splitlines()) <= size[1]


def test_a_signal_waits_until_it_may_be_heard() -> None:
    with Ends() as ends:
        os.kill(os.getpid(), signal.SIGTERM)
        assert ends.asked
        with pytest.raises(KeyboardInterrupt), ends.heard():
            pass
    with Ends() as ends, pytest.raises(KeyboardInterrupt), ends.heard():
        os.kill(os.getpid(), signal.SIGINT)


def test_a_moment_counts_what_waits() -> None:
    streams = [
        {"captured": 5, "pending": 1, "open": 2},
        {"captured": 7, "pending": 0, "open": 0},
    ]
    moment = Moment(status={"journal": {"streams": streams}}, box=(), city=())
    assert (moment.captured, moment.waiting) == (12, 3)
