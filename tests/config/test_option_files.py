"""Files that the options of a device name: resolved once, and looked for by ``linli check``."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent.config.catalogue import Catalogue
from agent.config.faults import ConfigError, Fault
from agent.config.load import load
from tests.config.catalogue import Model

TEXT = """\
schema_version = 1
[site]
gateway = "box-1"
[[bus]]
id = "wire"
port = "/dev/ttyUSB0"
[[device]]
id = "door"
driver = "lock"
bus = "wire"
options = { key_file = "%s" }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockOptions:
    key_file: Path | None = None
    profile: str = "a_file"


CATALOGUE = Catalogue(drivers={"lock": Model(options=LockOptions)}, stages={})


def options(named: str, folder: Path, environ: Mapping[str, str], *, look: bool) -> LockOptions:
    path = folder / "box.toml"
    path.write_text(TEXT % named)
    (device,) = load(path, CATALOGUE, environ, look=look).devices
    assert isinstance(device.options, LockOptions)
    return device.options


def fault(named: str, folder: Path, *, look: bool = True) -> Fault:
    with pytest.raises(ConfigError) as error:
        options(named, folder, {}, look=look)
    (one,) = error.value.faults
    return one


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "door.key"
    path.touch(0o600)
    return path


def test_a_path_arrives_as_one(key: Path, tmp_path: Path) -> None:
    assert options(str(key), tmp_path, {}, look=True) == LockOptions(key_file=key)


def test_variables_are_filled_in(key: Path, tmp_path: Path) -> None:
    told = options("${KEYS}/door.key", tmp_path, {"KEYS": str(tmp_path)}, look=True)
    assert told.key_file == key


def test_a_credential_is_where_systemd_lays_it(tmp_path: Path) -> None:
    environ = {"CREDENTIALS_DIRECTORY": "/run/c"}
    told = options("credential:door", tmp_path, environ, look=True)
    assert told.key_file == Path("/run/c/door")


@pytest.mark.parametrize("named", ["door.key", "credential:../x", "credential:", ""])
def test_what_is_no_reference_is_told_in_its_place(named: str, tmp_path: Path) -> None:
    told = fault(named, tmp_path, look=False)
    assert (told.code, told.line, told.key) == (
        "file_form",
        11,
        "[[device]] door → options.key_file",
    )


def test_a_number_is_no_path(tmp_path: Path) -> None:
    path = tmp_path / "box.toml"
    path.write_text(TEXT.replace('"%s"', "7"))
    with pytest.raises(ConfigError) as error:
        load(path, CATALOGUE, {}, look=True)
    assert [one.code for one in error.value.faults] == ["wrong_type"]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert fault("/nowhere/door.key", tmp_path).code == "file_missing"
    assert options("/nowhere/door.key", tmp_path, {}, look=False).key_file


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_may_read(mode: int, key: Path, tmp_path: Path) -> None:
    key.chmod(mode)
    told = fault(str(key), tmp_path)
    assert (told.code, told.key) == ("file_shared", "[[device]] door → options.key_file")
    assert f"{mode:04o}" in told.en


def test_a_folder_is_no_key(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    assert fault(str(folder), tmp_path).code == "file_shared"


CAMERA = """\
schema_version = 1
[site]
gateway = "box-1"
[[camera]]
id = "cam"
source = "rtsp://10.1.1.20/one"
use = ["plates"]
username = "viewer"
%s
"""


@pytest.mark.parametrize(
    ("mode", "code"), [(0o600, None), (0o644, "file_shared"), (None, "file_missing")]
)
def test_the_password_of_a_camera_is_looked_for(
    mode: int | None, code: str | None, tmp_path: Path
) -> None:
    if mode is not None:
        (tmp_path / "cam").touch()
        (tmp_path / "cam").chmod(mode)
    path = tmp_path / "box.toml"
    path.write_text(CAMERA % f'password_file = "{tmp_path}/cam"')
    if code is None:
        assert load(path, CATALOGUE, {}, look=True).cameras[0].secret == tmp_path / "cam"
        return
    load(path, CATALOGUE, {}, look=False)
    with pytest.raises(ConfigError) as error:
        load(path, CATALOGUE, {}, look=True)
    assert [(each.code, each.line) for each in error.value.faults] == [(code, 9)]


def test_a_credential_of_a_camera_is_not_looked_for(tmp_path: Path) -> None:
    path = tmp_path / "box.toml"
    path.write_text(CAMERA % 'password_file = "credential:cam"')
    assert load(path, CATALOGUE, {}, look=True).cameras
