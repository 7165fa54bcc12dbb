"""The configuration: what it says, and every way to get it wrong."""

from pathlib import Path

import pytest

from city.settings import ConfigError, Pacing, Settings, is_loopback, load
from city.topics import Topics

HOME = Path(__file__).resolve().parents[2]
WORD = "open-sesame"
PLAIN = 'tenant = "demo"\nshard = "s0"\ndir = "d"\n[broker]\nurl = "mqtt://localhost"\n'


def _load(directory: Path, text: str) -> Settings:
    config = directory / "city.toml"
    config.write_text(text)
    return load(config)


def _faults(directory: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        _load(directory, text)
    return caught.value.faults


def test_the_example_can_be_used_and_its_comments_too(tmp_path: Path) -> None:
    example = (HOME / "config/city.example.toml").read_text(encoding="utf-8")
    settings = _load(tmp_path, example)
    assert (settings.broker.host, settings.broker.port, settings.broker.tls) == (
        "broker",
        8883,
        True,
    )
    assert settings.http is None
    for name in ("broker.password", "readers.token", "ca.pem", "city.pem", "city.key", "http.pem"):
        (tmp_path / name).write_text(f"{WORD}\n")
    (tmp_path / "http.key").write_text(WORD)
    bare = [row.removeprefix("# ") for row in example.splitlines() if not _is_prose(row)]
    settings = _load(tmp_path, "\n".join(bare))
    assert settings.http is not None
    assert settings.http.token == WORD
    assert settings.broker.password == WORD
    assert settings.command is not None
    assert settings.command.key_file == tmp_path / "city-1.key"


def _is_prose(row: str) -> bool:
    bare = row.removeprefix("# ")
    return row.startswith("# ") and not (bare.startswith("[") or " = " in bare)


def test_what_is_not_said_has_a_default(tmp_path: Path) -> None:
    settings = _load(tmp_path, PLAIN)
    assert (settings.broker.protocol, settings.broker.port) == ("5", 1883)
    assert settings.pacing == Pacing(catchup_rps=20_000, fleet=1)
    assert settings.dir == tmp_path / "d"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (PLAIN.replace('"demo"', '"De mo"'), "tenant"),
        (PLAIN.replace('dir = "d"', ""), "dir"),
        (PLAIN.replace("[broker]", "[brokers]"), "brokers"),
        (PLAIN.replace("localhost", "broker.example"), "mqtts://"),
        (PLAIN.replace("mqtt:", "https:"), "url"),
        (PLAIN.replace("localhost", "localhost:99999"), "url"),
        (PLAIN.replace("localhost", "user@localhost"), "url"),
        (PLAIN + "protocol = 5\n", "protocol"),
        (PLAIN + 'password_file = "nowhere"\n', "password_file"),
        (PLAIN + "colour = 1\n", "colour"),
        (PLAIN + '[http]\nlisten = "127.0.0.1:1"\n', "token_file"),
        (PLAIN + '[http]\nlisten = "0.0.0.0:1"\ntoken_file = "token"\n', "cert_file"),
        (PLAIN + '[http]\nlisten = "8089"\ntoken_file = "token"\n', "listen"),
        (PLAIN + '[command]\nkey_id = "city 1"\nkey_file = "k"\n', "key_id"),
        (PLAIN + "[pacing]\nfleet = 0\n", "fleet"),
        (PLAIN + "[pacing]\ncatchup_rps = true\n", "catchup_rps"),
        ("broker = 3", "broker"),
        ("not = [toml", "TOML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, key: str) -> None:
    (tmp_path / "token").write_text("secret")
    assert any(key in fault for fault in _faults(tmp_path, text))


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    faults = _faults(
        tmp_path, 'tenant = "A"\nshard = "s0"\n[broker]\nurl = "x"\n[pacing]\nfleet = 0'
    )
    assert len(faults) == 4


def test_a_configuration_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        load(tmp_path / "nowhere.toml")


@pytest.mark.parametrize(
    ("host", "is_one"),
    [("127.0.0.9", True), ("::1", True), ("localhost", True), ("10.0.0.1", False), ("b", False)],
)
def test_loopback(host: str, is_one: bool) -> None:
    assert is_loopback(host) == is_one


@pytest.mark.parametrize(
    "topic",
    [
        "linli/v1/demo/s0/Box/up/live",
        "linli/v1/demo/s0/box-1/up/live/more",
        "linli/v1/demo/s0/box-1/up/unknown",
        "linli/v1/demo/s0/box-1/down/ack",
        "linli/v1/demo/s1/box-1/up/live",
        "x/linli/v1/demo/s0/box-1/up/live",
        "linli/v1/demo/s0//up/live",
        "linli/v1/demo/s0/box-1/up/",
        "linli/v1/demo/s0/box-1\n/up/live",
        "",
    ],
)
def test_topics_are_read_strictly(topic: str) -> None:
    assert Topics("demo", "s0").up(topic) is None


def test_topics_are_read() -> None:
    topics = Topics("demo", "s0")
    assert topics.up("linli/v1/demo/s0/box-1/up/backfill") == ("box-1", "backfill")
    assert topics.down("box-1", "ack") == "linli/v1/demo/s0/box-1/down/ack"
