"""``linli city …`` on a database, with no city running."""

import json
from pathlib import Path

import pytest

from city.store.sqlite import SqliteStore
from cli.main import main
from tests.city.boxes import line, parcel, told


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    store = SqliteStore(tmp_path / "city")
    store.commit([parcel(1, 5), parcel(9, 2), *told(line(1))])
    store.commit([parcel(1, 5)])
    store.close()
    return tmp_path / "city"


def test_status(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["city", "status", "--json", "--dir", str(directory)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["rows"], said["duplicates"]) == (8, 5)
    assert said["gateways"]["box-1"]["streams"]["bulk"][0]["missing"] == [[6, 8]]
    assert main(["city", "status", "--dir", str(directory)]) == 0
    assert "box-1" in capsys.readouterr().out


def test_records_go_on_after_a_cursor(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = ["city", "records", "--dir", str(directory)]
    assert main([*plain, "--limit", "3"]) == 0
    first = capsys.readouterr()
    cursor = first.err.split()[-1]
    assert main([*plain, "--after", cursor, "--stream", "bulk"]) == 0
    rest = capsys.readouterr()
    seqs = [json.loads(row)["seq"] for row in (first.out + rest.out).splitlines()]
    assert seqs == [1, 2, 3, 4, 5, 9, 10]
    assert main([*plain, "--after", "nonsense"]) == 2


def test_there_is_no_city(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["city", "status", "--dir", str(tmp_path)]) == 1
    assert main(["city", "records", "--dir", str(tmp_path)]) == 1
    assert main(["city", "command", "--dir", str(tmp_path), "box-1", "lock-1", "pulse"]) == 1
    assert capsys.readouterr().out == ""


def test_keygen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["city", "keygen", "--out", str(tmp_path / "keys"), "--id", "city-1"]
    assert main(arguments) == 0
    private, public = map(Path, capsys.readouterr().out.split())
    assert private.read_text().startswith("-----BEGIN PRIVATE KEY-----")
    assert public.read_text().startswith("-----BEGIN PUBLIC KEY-----")
    assert main(arguments) == 1
    with pytest.raises(SystemExit):
        main([*arguments[:-1], "../evil"])


def test_a_wrong_configuration_is_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "city.toml").write_text("tenant = 3")
    assert main(["city", "run", "--config", str(tmp_path / "city.toml")]) == 2
    assert "tenant" in capsys.readouterr().err
