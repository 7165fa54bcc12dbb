"""D-Bus messages, against dbus-fast, which bleak uses, and against damage."""

from contextlib import suppress
from typing import Any

import pytest
from dbus_fast import Message as Theirs
from dbus_fast import MessageType
from dbus_fast import Variant as TheirVariant
from hypothesis import given
from hypothesis import strategies as st

from hwsim.radio.dbus.message import CALL, SIGNAL, Message, decode, encode
from hwsim.radio.dbus.values import Malformed, Reader, Variant, complete, pack

BASIC = {
    "y": st.integers(0, 255),
    "b": st.booleans(),
    "n": st.integers(-(1 << 15), (1 << 15) - 1),
    "q": st.integers(0, (1 << 16) - 1),
    "i": st.integers(-(1 << 31), (1 << 31) - 1),
    "u": st.integers(0, (1 << 32) - 1),
    "x": st.integers(-(1 << 63), (1 << 63) - 1),
    "t": st.integers(0, (1 << 64) - 1),
    "d": st.floats(allow_nan=False),
    "s": st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12),
}
Typed = tuple[str, Any]


def _basic() -> st.SearchStrategy[Typed]:
    return st.sampled_from(sorted(BASIC)).flatmap(
        lambda code: st.tuples(st.just(code), BASIC[code])
    )


def _wrapped(inner: st.SearchStrategy[Typed]) -> st.SearchStrategy[Typed]:
    return st.one_of(
        inner.map(lambda one: ("v", Variant(one[0], one[1]))),
        inner.map(lambda one: ("a" + one[0], [one[1]] if one[0] != "y" else bytes([one[1]]))),
        inner.map(lambda one: ("a{s" + one[0] + "}", {"k": one[1]})),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda many: (
                "(" + "".join(kind for kind, _ in many) + ")",
                tuple(value for _, value in many),
            )
        ),
    )


VALUES = st.lists(st.recursive(_basic(), _wrapped, max_leaves=6), max_size=4)


@given(VALUES)
def test_what_is_packed_is_unpacked(values: list[Typed]) -> None:
    signature = "".join(kind for kind, _ in values)
    body = tuple(value for _, value in values)
    assert complete(signature) == tuple(kind for kind, _ in values)
    assert Reader(bytes(pack(signature, body))).unpack(signature) == body


@given(VALUES)
def test_a_message_survives_in_any_portions(values: list[Typed]) -> None:
    signature = "".join(kind for kind, _ in values)
    body = tuple(value for _, value in values)
    message = Message(
        kind=SIGNAL,
        serial=7,
        path="/a",
        interface="a.b",
        member="C",
        signature=signature,
        body=body,
    )
    data = encode(message)
    for cut in range(0, len(data), 7):
        assert decode(data[:cut]) is None
    assert decode(data + b"l") == (message, len(data))


def test_bytes_are_those_of_dbus_fast() -> None:
    body = ["org.bluez.Device1", {"RSSI": TheirVariant("n", -60)}, ["Name"]]
    theirs = Theirs(
        path="/org/bluez/hci0",
        interface="org.freedesktop.DBus.Properties",
        member="PropertiesChanged",
        message_type=MessageType.SIGNAL,
        signature="sa{sv}as",
        body=body,
        serial=3,
    )._marshall(False)
    ours = Message(
        kind=SIGNAL,
        serial=3,
        flags=theirs[2],
        path="/org/bluez/hci0",
        interface="org.freedesktop.DBus.Properties",
        member="PropertiesChanged",
        signature="sa{sv}as",
        body=("org.bluez.Device1", {"RSSI": Variant("n", -60)}, ["Name"]),
    )
    assert decode(bytes(theirs)) == (ours, len(theirs))
    assert len(encode(ours)) == len(theirs)
    assert decode(encode(ours)) == (ours, len(theirs))


@given(st.binary(max_size=80))
def test_noise_is_malformed_or_not_whole(noise: bytes) -> None:
    for head in (b"", b"l\x01\x00\x01"):
        try:
            found = decode(head + noise)
        except Malformed:
            continue
        assert found is None or isinstance(found[0], Message)


@given(st.data())
def test_a_damaged_message_never_raises_anything_else(data: st.DataObject) -> None:
    call = Message(
        kind=CALL,
        serial=1,
        path="/a",
        member="B",
        signature="a{sv}ay",
        body=({"k": Variant("s", "v")}, b"123"),
    )
    raw = bytearray(encode(call))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with suppress(Malformed):
        decode(bytes(raw))


@pytest.mark.parametrize("signature", ["a", "(s", "z", "a{s", "}", "()"])
def test_wrong_signatures_are_malformed(signature: str) -> None:
    with pytest.raises(Malformed):
        complete(signature)
