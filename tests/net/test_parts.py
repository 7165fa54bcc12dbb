"""What brokers are made of: password file, rules, certificates, configuration."""

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.net.acl import Acl, BadAcl, covers, shipped
from cli.net.certificates import Authority
from cli.net.mosquitto import SHIPPED, configuration
from cli.net.passwords import matches, password_file, read_passwords

ACL = shipped((SHIPPED / "acl").read_text(encoding="utf-8"), "demo", "s0")
TOOL = shutil.which("mosquitto_passwd")
BOX = "linli/v1/demo/s0/box-1"


def test_a_password_opens_its_own_line_only() -> None:
    users = read_passwords(password_file({"box-1": "secret", "box-2": "geheim·密"}))
    assert matches("secret", users["box-1"])
    assert matches("geheim·密", users["box-2"])
    assert not matches("secret", users["box-2"])
    assert not matches("", users["box-1"])


def test_two_lines_of_one_password_differ() -> None:
    first, second = (password_file({"box-1": "secret"}) for _ in range(2))
    assert first != second


@pytest.mark.parametrize(
    "hashed", ["", "secret", "$6$a$b", "$7$0$AAAA$AAAA", "$7$x$AAAA$AAAA", "$7$101$?$AAAA", "$7$1"]
)
def test_what_is_no_hash_opens_nothing(hashed: str) -> None:
    assert not matches("secret", hashed)


@pytest.mark.skipif(TOOL is None, reason="there is no mosquitto_passwd")
def test_mosquittos_own_tool_writes_what_we_read(tmp_path: Path) -> None:
    path = tmp_path / "passwords"
    subprocess.run([str(TOOL), "-b", "-c", str(path), "box-1", "secret"], check=True, timeout=10)
    hashed = read_passwords(path.read_text(encoding="utf-8"))["box-1"]
    assert matches("secret", hashed)
    assert not matches("Secret", hashed)


def test_the_shipped_rules() -> None:
    acl = Acl.parse(ACL)
    assert acl.allows("box-1", "write", f"{BOX}/up/urgent")
    assert acl.allows("box-1", "read", f"{BOX}/down/#")
    assert acl.allows("city.receiver", "read", "linli/v1/demo/s0/+/up/#")
    assert acl.allows("city.receiver", "write", f"{BOX}/down/command")
    assert acl.allows("city.watch", "read", "linli/v1/demo/s0/#")


@pytest.mark.parametrize("user", ["", "+", "#", "box-1/up", "a+b", "box-1#"])
def test_a_name_never_becomes_a_wildcard(user: str) -> None:
    acl = Acl.parse(ACL)
    for box in ("box-1", user):
        assert not acl.allows(user, "write", f"linli/v1/demo/s0/{box}/up/urgent")
        assert not acl.allows(user, "read", f"linli/v1/demo/s0/{box}/down/#")


@pytest.mark.parametrize("line", ["topic read a", "user", "deny #", "pattern a", "user a\ntopic b"])
def test_a_rule_that_is_not_understood_is_said(line: str) -> None:
    with pytest.raises(BadAcl):
        Acl.parse(line)


@pytest.mark.parametrize(
    ("wide", "narrow", "verdict"),
    [
        ("a/#", "a/b/#", True),
        ("a/#", "a", True),
        ("a/+/c", "a/b/c", True),
        ("a/+/c", "a/+/c", True),
        ("a/b/c", "a/+/c", False),
        ("a/+", "a/#", False),
        ("a/b", "a/b/c", False),
        ("a/b/c", "a/b", False),
        ("a/b/#", "#", False),
        ("a/b/#", "a/+/#", False),
        ("+", "#", False),
        ("#", "#", True),
    ],
)
def test_covers(wide: str, narrow: str, verdict: bool) -> None:
    assert covers(wide, narrow) is verdict


LEVELS = st.sampled_from(["a", "b", "+"])
FILTERS = st.builds(
    lambda levels, rest: "/".join([*levels, *rest]),
    st.lists(LEVELS, min_size=1, max_size=3),
    st.sampled_from([[], ["#"]]),
)
TOPICS = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4).map("/".join)


@given(FILTERS, FILTERS, TOPICS)
def test_what_covers_a_filter_covers_its_topics(wide: str, narrow: str, topic: str) -> None:
    if covers(wide, narrow) and covers(narrow, topic):
        assert covers(wide, topic)


def test_certificates_are_believed_as_strictly_as_python_can(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    cert, key = authority.server()
    client_cert, client_key = authority.client("box-1")
    assert key.stat().st_mode & 0o777 == 0o600
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    server.load_cert_chain(cert, key)
    server.verify_mode = ssl.CERT_REQUIRED
    for side in (server, client):
        side.load_verify_locations(authority.ca_file)
        side.verify_flags |= ssl.VERIFY_X509_STRICT
    client.load_cert_chain(client_cert, client_key)
    peer = _shaken(server, client)
    assert peer["subject"] == ((("commonName", "box-1"),),)


@pytest.mark.parametrize(
    ("elsewhere", "ended", "code"),
    [(True, False, 64), (False, True, 10)],  # X509_V_ERR_IP_ADDRESS_MISMATCH, _CERT_HAS_EXPIRED
)
def test_certificates_of_another_host_or_another_day(
    tmp_path: Path, elsewhere: bool, ended: bool, code: int
) -> None:
    authority = Authority(tmp_path)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(*authority.server(elsewhere=elsewhere, ended=ended))
    client = ssl.create_default_context(cafile=authority.ca_file)
    with pytest.raises(ssl.SSLCertVerificationError) as refused:
        _shaken(server, client)
    assert refused.value.verify_code == code


def _shaken(server: ssl.SSLContext, client: ssl.SSLContext) -> dict[str, object]:
    """A handshake in memory; what the server learnt of the client."""
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    near = client.wrap_bio(down, up, server_hostname="127.0.0.1")
    far = server.wrap_bio(up, down, server_side=True)
    for side in (near, far, near, far):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    return dict(far.getpeercert() or {})


def test_the_configuration_is_the_shipped_one(tmp_path: Path) -> None:
    plain = configuration(tmp_path, "somebody", (1001,))
    assert "/etc/" not in plain.replace("/etc/mosquitto/conf.d/", "")
    assert "listener 1001 127.0.0.1" in plain
    assert "8883" not in plain
    full = configuration(tmp_path, "somebody", (1001, 1002, 1003))
    listeners = [line for line in full.splitlines() if line.startswith("listener ")]
    assert listeners == [f"listener {port} 127.0.0.1" for port in (1002, 1003, 1001)]


def test_nothing_shipped_listens_without_tls() -> None:
    """Each listener has a certificate, nobody is anonymous, and no client id can be stolen."""
    text = (SHIPPED / "linli.conf").read_text(encoding="utf-8")
    common, *listeners = text.split("\nlistener ")
    assert "allow_anonymous false" in common
    assert "persistence false" in common
    assert listeners
    for listener in listeners:
        assert "\ncertfile " in listener
        assert "\ntls_version tlsv1.2" in listener
        assert "\nuse_username_as_clientid true" in listener
