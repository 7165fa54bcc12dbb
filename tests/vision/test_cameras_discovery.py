"""Cameras that are found on a network, and what else answers there."""

import socket
import threading
import uuid
from xml.parsers import expat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.vision.cameras.discovery import Camera, answer_of, ask, probe

SERVICE = "http://192.0.2.7/onvif/device_service"
SCOPES = "onvif://www.onvif.org/name/Gate%20A onvif://www.onvif.org/hardware/X1 odd://scope"


def answer(services: str = SERVICE, scopes: str = SCOPES, before: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>{before}<a:Envelope xmlns:a="http://www.w3.org/2003/05/soap-envelope"'
        ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:x="urn:x"><a:Body>'
        "<d:ProbeMatches><d:ProbeMatch><d:Types>x:NetworkVideoTransmitter</d:Types>"
        f"<d:Scopes>{scopes}</d:Scopes><d:XAddrs>{services}</d:XAddrs>"
        "</d:ProbeMatch></d:ProbeMatches></a:Body></a:Envelope>"
    ).encode()


def test_what_a_camera_tells_of_itself() -> None:
    assert answer_of(answer()) == Camera("192.0.2.7", "Gate A", "X1", SERVICE)


def test_the_first_address_that_is_one_counts() -> None:
    both = f"http://[fe80::zz]/x http://gate.local/y {SERVICE} http://192.0.2.8/z"
    told = answer_of(answer(services=both, scopes="onvif://www.onvif.org/name/%1b[2Jx"))
    assert told == Camera("192.0.2.7", "[2Jx", "", SERVICE)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no xml",
        answer()[:300],
        answer(services=""),
        answer(services="http://gate.local/"),
        answer().replace(b"NetworkVideoTransmitter", b"Printer"),
        answer(before='<!DOCTYPE a [<!ENTITY b "c">]>'),
        answer(before='<!DOCTYPE a SYSTEM "file:///etc/passwd">'),
        answer(scopes="x" * 5000),
        answer(scopes="x" * 20_000),
        b"<a>" * 40 + b"</a>" * 40,
        b'<?xml version="1.0" encoding="ebcdic-cp-us"?><a/>',
    ],
)
def test_what_is_no_answer(data: bytes) -> None:
    assert answer_of(data) is None


@given(st.binary(max_size=200), st.integers(0, 600))
def test_nothing_that_comes_raises(noise: bytes, at: int) -> None:
    answer_of(noise)
    whole = answer()
    answer_of(whole[:at] + noise + whole[at:])


def test_the_question_is_well_formed() -> None:
    id_ = uuid.uuid4()
    expat.ParserCreate().Parse(probe(id_), True)
    assert str(id_).encode() in probe(id_)


def test_asking_and_being_answered() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as camera:
        camera.bind(("127.0.0.1", 0))

        def serve() -> None:
            asked, where = camera.recvfrom(4096)
            assert b"Probe" in asked
            later = "http://192.0.2.100/onvif/device_service"
            for data in (answer(services=later), b"noise", answer(), answer()):
                camera.sendto(data, where)

        thread = threading.Thread(target=serve)
        thread.start()
        found = ask(0.5, camera.getsockname())
        thread.join(5)
    assert [one.host for one in found] == ["192.0.2.7", "192.0.2.100"]
