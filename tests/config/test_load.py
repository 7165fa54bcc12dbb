"""What becomes of a file that has no fault, and how many faults come at once."""

import dataclasses
import datetime as dt
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from agent.config import schema, settings
from agent.config.faults import ConfigError
from agent.config.load import load
from agent.config.suggest import keys
from agent.config.tables import TABLES
from agent.model.places import Datum, Place
from tests.config.catalogue import CATALOGUE, DoorOptions, Limit, SaneOptions, Window
from tests.config.loading import GOOD, box, faults

SMALLEST = 'schema_version = 1\n[site]\ngateway = "box-1"\n'


def test_the_smallest_file_has_all_defaults(tmp_path: Path) -> None:
    made = box(SMALLEST, tmp_path, {"LINLI_STATE": "/var/x"})
    assert made == settings.Box(
        site=settings.Site(gateway="box-1"),
        buses=(),
        devices=(),
        stages=(),
        clock=settings.Clock(),
        store=settings.Store(dir=Path("/var/x")),
        sync=settings.Sync(),
        health=settings.Health(socket=Path("/var/x/agent.sock")),
        digest=hashlib.sha256(SMALLEST.encode()).hexdigest(),
    )


def test_a_full_file(tmp_path: Path) -> None:
    made = box(GOOD, tmp_path, {"LINLI_STATE": "/var/x"})
    assert made.site.place == Place(
        division="310104", longitude=121.43, latitude=31.19, datum=Datum.GCJ02
    )
    assert made.buses[0] == settings.Bus(id="wire", port="/dev/ttyUSB0", baud=9600, echo=True)
    assert made.store == settings.Store(dir=Path("/var/x"), keep_days={"weighing": 400})
    assert made.clock.ntp == ("10.1.1.1",)
    assert made.sync == settings.Sync(
        enabled=True,
        url="mqtts://city.example:8883",
        tenant="demo",
        password_file=Path("/keys/password"),
        cert_file=Path("/keys/box.pem"),
        key_file=Path("/run/credentials/linli.service/box-key"),
        first_s=2.5,
    )
    assert made.keys == (
        settings.Key(
            id="city-1",
            role="command",
            file=Path("/keys/city-1.pub"),
            not_before=dt.datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai")),
            not_after=dt.datetime(2027, 1, 1, tzinfo=dt.UTC),
        ),
    )
    relay = made.devices[3]
    assert relay.outputs == (settings.Output(channel=1), settings.Output(channel=2))
    assert made.stages[0].options == SaneOptions(limits={"weight": Limit(low=0)})
    assert made.stages[3].options == DoorOptions(target="relay-1", channel=2, codes=("a",))


def test_doors_come_before_measuring_unless_the_file_says_otherwise(tmp_path: Path) -> None:
    priorities = {device.id: device.priority for device in box(GOOD, tmp_path).devices}
    assert priorities == {
        "scale-1": 5,
        "noise-1": 5,
        "tilt-1": 5,
        "relay-1": 1,
        "tag-1": 5,
        "lock-1": 1,
        "strap-1": 5,
        "tag-2": 5,
        "loops-1": 5,
    }
    other = GOOD.replace('driver = "relay"', 'driver = "relay"\npriority = 7')
    assert box(other, tmp_path).devices[3].priority == 7


def test_a_bus_speaks_as_its_devices_do(tmp_path: Path) -> None:
    text = (
        SMALLEST + "[[bus]]\nid = 'b'\nport = '/p'\n"
        "[[device]]\nid = 't'\ndriver = 'tilt'\nbus = 'b'\naddress = 1\n"
    )
    bus = box(text, tmp_path).buses[0]
    assert (bus.baud, bus.format) == (115200, "7E1")
    bus = box(text.replace("'/p'", "'/p'\nbaud = 4800"), tmp_path).buses[0]
    assert (bus.baud, bus.format) == (4800, "7E1")


def test_options_of_every_toml_type(tmp_path: Path) -> None:
    windows = "windows = [{ start = 07:30:00, end = 19:00:00, from_day = 2026-11-24 }]"
    made = box(GOOD.replace('codes = ["a"]', f'codes = ["a"], {windows}'), tmp_path)
    day = dt.date(2026, 11, 24)
    assert made.stages[3].options.windows == (
        Window(start=dt.time(7, 30), end=dt.time(19), from_day=day),
    )


def test_settings_are_frozen_to_the_bottom(tmp_path: Path) -> None:
    made = box(GOOD, tmp_path)
    hash(made.devices)
    with pytest.raises(TypeError):
        made.store.keep_days["weighing"] = 1  # type: ignore[index]  # that is the point


def test_a_credential_or_a_file_may_stand_for_a_secret(tmp_path: Path) -> None:
    for allowed in ("token_file = '/x'", "token = 'credential:city'", "public_key = 'x'"):
        told = faults(GOOD.replace("[sync]", f"[sync]\n{allowed}"), tmp_path)
        assert [fault.code for fault in told] == ["unknown_key"]


def test_a_secret_is_never_repeated(tmp_path: Path) -> None:
    for secret in ("passwords = ['hunter2']", "door_token = 'hunter2'", "Pwd = { a = 'hunter2' }"):
        told = faults(GOOD.replace("[sync]", f"[sync]\n{secret}"), tmp_path)
        assert {fault.code for fault in told} <= {"secret", "unknown_key"}
        assert "hunter2" not in "".join(map(str, told))
        assert "{" in secret or [fault.code for fault in told] == ["secret"]


def test_all_faults_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    wrong = (
        GOOD.replace('"box"', '"Box"', 1)
        .replace("baud = 9600", "baud = 960")
        .replace('driver = "noise"', 'driver = "nose"')
        .replace("outputs = [", "#")
        .replace("seal_s = 15", "seal = 15")
    )
    told = faults(wrong, tmp_path)
    assert [(fault.code, fault.line) for fault in told] == sorted(
        ((fault.code, fault.line) for fault in told), key=lambda pair: pair[1]
    )
    assert [fault.code for fault in told] == [
        "id_form",
        "baud_unusual",
        "unknown_driver",
        "outputs_missing",
        "unknown_key",
    ]


def test_a_fault_in_one_place_causes_none_in_another(tmp_path: Path) -> None:
    """An id of the wrong form is still the id that others mean."""
    wrong = GOOD.replace('"scale-1"', '"Scale 1"').replace("[[bus]]", "[[buses]]")
    assert [fault.code for fault in faults(wrong, tmp_path)] == ["unknown_table", "id_form"]


def test_a_slip_in_a_required_key_is_one_mistake(tmp_path: Path) -> None:
    for old, new in (
        ("address = 80", "adress = 80"),
        ('driver = "tilt"', 'dirver = "tilt"'),
        ("outputs = [", "output = ["),
        ("codes = [", "code = ["),
    ):
        told = faults(GOOD.replace(old, new), tmp_path)
        assert [fault.code for fault in told] == ["unknown_key"]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "no.toml", tmp_path):
        with pytest.raises(ConfigError) as error:
            load(path, CATALOGUE, {})
        (fault,) = error.value.faults
        assert (fault.code, fault.line, fault.file) == ("unreadable", 0, str(path))
        assert str(fault).startswith(f"{path}: 无法读取文件")


def test_a_newer_file_is_refused_without_guesses(tmp_path: Path) -> None:
    (fault,) = faults("schema_version = 99\nfuture = true\n", tmp_path)
    assert (fault.code, fault.line) == ("schema_newer", 1)


@pytest.mark.parametrize("name", [*TABLES, "place", "output"])
def test_a_table_has_the_keys_of_its_settings(name: str) -> None:
    draft: type = {"place": schema.Place, "output": schema.Output}.get(name) or TABLES[name]
    kind = {"place": Place}.get(name) or getattr(settings, name.capitalize())
    assert sorted(keys(draft)) == sorted(field.name for field in dataclasses.fields(kind))


def test_settings_need_no_pydantic() -> None:
    """Workers live with the settings alone; pydantic would double their memory."""
    code = (
        "import sys, agent.config.settings, agent.config.paths\n"
        "sys.exit(any(name.startswith('pydantic') for name in sys.modules))"
    )
    home = Path(settings.__file__).parents[2]
    environ = {**os.environ, "PYTHONPATH": str(home)}
    assert subprocess.run([sys.executable, "-c", code], env=environ, check=False).returncode == 0


def test_a_credential_lies_where_systemd_says(tmp_path: Path) -> None:
    made = box(GOOD, tmp_path, {"CREDENTIALS_DIRECTORY": "/creds"})
    assert made.sync.key_file == Path("/creds/box-key")


def test_without_tls_one_speaks_to_this_machine_only(tmp_path: Path) -> None:
    for host in ("localhost", "127.0.0.1", "[::1]:1883"):
        local = GOOD.replace("mqtts://city.example:8883", f"mqtt://{host}")
        assert box(local, tmp_path).sync.url == f"mqtt://{host}"


def test_a_key_in_a_zone_that_is_unknown_is_no_second_fault(tmp_path: Path) -> None:
    told = faults(GOOD.replace("Asia/Shanghai", "Asia/Nowhere"), tmp_path)
    assert [fault.code for fault in told] == ["unknown_timezone"]


def test_a_radio_device_is_known_as_bluez_writes_it(tmp_path: Path) -> None:
    loaded = box(GOOD, tmp_path)
    addresses = {device.id: device.address for device in loaded.devices}
    assert addresses["tag-1"] == "AA:BB:CC:00:00:01"
    assert addresses["lock-1"] == addresses["tag-2"] == "AA:BB:CC:00:00:02"
    (radio,) = (bus for bus in loaded.buses if bus.kind == "ble")
    assert (radio.port, radio.links, radio.dbus) == ("hci0", 2, None)


def test_a_camera_with_all_that_stands_around_it(tmp_path: Path) -> None:
    lane, door = box(GOOD, tmp_path).cameras
    assert lane.loop == settings.Loop(device="loops-1", channel=1)
    assert lane.region == ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9))
    assert lane.masks == (((0.0, 0.0), (0.2, 0.0), (0.2, 0.2)),)
    assert (lane.secret, door.secret) == (Path("/keys/cam-1"), None)
    assert (door.fps, door.direction, door.same_s, door.evidence) == (5.0, "both", 60.0, True)


def test_a_password_of_a_camera_may_be_a_credential(tmp_path: Path) -> None:
    text = GOOD.replace('password_file = "/keys/cam-1"', 'password = "credential:cam"')
    (lane, _) = box(text, tmp_path, {"CREDENTIALS_DIRECTORY": "/run/c"}).cameras
    assert lane.secret == Path("/run/c/cam")


def test_sources_may_lie_in_the_run_directory(tmp_path: Path) -> None:
    text = GOOD.replace("v4l2:/dev/video0", "mjpeg+unix:${LINLI_RUN}/eye")
    assert box(text, tmp_path, {"LINLI_RUN": "/run/x"}).cameras[1].source == "mjpeg+unix:/run/x/eye"
