"""The demo, short: a town comes up, is cut off, catches up, and the books agree."""

import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from rich.console import Console

from agent.web.snapshot import Snapshot, Sync
from cli.demo.account import Moment
from cli.demo.cameras import DOOR, LANE, camera_scenes, lane_is_empty
from cli.demo.community import DEMO, Ends
from cli.demo.passages import vehicles
from cli.demo.people import Act, People, acts, without_acts
from cli.demo.sample import Sample
from cli.demo.screen import Screen
from cli.demo.words import headline
from cli.world import Line
from hwsim.scenario import load

pytestmark = pytest.mark.timeout(120)
SHORT_S = "16"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short one: in a deep one the demo goes elsewhere, and nothing could be seen to be left."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def _demo(tmp: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "cli", "demo", "--json", *options],
        env={**os.environ, "TMPDIR": str(tmp)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_books_agree_with_the_broker_in_python(folder: Path) -> None:
    demo = _demo(folder, "--seconds", SHORT_S, "--embedded")
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
    assert not list(folder.iterdir())


def test_being_told_to_end_leaves_nothing_behind(folder: Path) -> None:
    demo = _demo(folder)
    assert demo.stdout is not None
    assert "scene" in demo.stdout.readline()
    demo.send_signal(signal.SIGTERM)
    demo.communicate()
    assert demo.returncode == 130
    assert not list(folder.iterdir())
    assert str(folder) not in "".join(map(_command, Path("/proc").glob("[0-9]*")))


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


def _came(number: int, at_ns: int, plate: str | None, **more: object) -> list[Line]:
    told = {"passage": number, "plate": plate, "direction": "in", "may": None, "without": None}
    return [
        {"device": LANE, "what": "coming", "passage": number, "mono_ns": at_ns},
        {"device": LANE, "what": "passage", "mono_ns": at_ns + 5, **told, **more},
    ]


def _told(at_ns: int, plate: str | None, direction: str = "in", **more: object) -> Line:
    data = {"plate": plate, "direction": direction, "unsure": False, **more}
    return {"type": "event", "kind": "vehicle_passed", "mono_ns": at_ns, "data": data}


ONE, OTHER = "沪A12345", "沪A12346"


@pytest.mark.parametrize(
    ("city", "counts"),
    [
        ([_told(103, ONE)], (1, 1, 1, 0, 0)),
        ([_told(103, ONE, unsure=True)], (1, 1, 1, 0, 0)),
        ([_told(103, OTHER)], (1, 1, 0, 0, 0)),
        ([_told(103, None, without="plate")], (1, 1, 0, 0, 0)),
        ([], (1, 0, 0, 1, 0)),
        ([_told(103, ONE), _told(104, ONE)], (1, 2, 1, 0, 1)),
        ([_told(53, ONE), _told(103, ONE)], (1, 1, 1, 0, 0)),  # one before it could be seen
    ],
)
def test_what_came_by_beside_what_was_told(
    city: Sequence[Line], counts: tuple[int, int, int, int, int]
) -> None:
    truth = [*_came(1, 50, ONE), *_came(2, 100, ONE)]
    assert tuple(vehicles(truth, city, 90).values()) == counts


def test_who_turns_back_may_be_told_again_on_the_way_out() -> None:
    truth = _came(1, 100, ONE, may="out")
    there, back = _told(103, ONE), _told(104, ONE, "out")
    assert vehicles(truth, [there], 0)["doubled"] == 0
    assert vehicles(truth, [there, back], 0)["doubled"] == 0
    assert vehicles(truth, [there, there], 0)["doubled"] == 1


def test_of_a_walker_nothing_is_told() -> None:
    truth = _came(1, 100, None, what="walked", direction=None, without="plate")
    assert lane_is_empty(truth)
    assert vehicles(truth, [], 0)["missed"] == 0
    assert vehicles(truth, [_told(103, None, without="plate")], 0)["doubled"] == 1


def test_nobody_drives_up_at_the_end() -> None:
    short, endless = (tomllib.loads(camera_scenes(seconds)) for seconds in (60.0, None))
    assert short["device"][0]["options"]["until_s"] < 60.0
    assert endless["device"][0]["options"]["until_s"] == 0
    assert {act["device"] for act in short["act"]} == {DOOR}
    assert not lane_is_empty(_came(1, 100, ONE)[:1])
