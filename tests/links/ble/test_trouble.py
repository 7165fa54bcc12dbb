"""Every error of bleak and D-Bus is told apart by who must act, and none by its sentence."""

import errno

import pytest
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakCharacteristicNotFoundError,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
)
from bleak_retry_connector import BleakConnectionError
from dbus_fast.errors import AuthError, DBusError

from agent.links.base import LinkDown
from agent.links.ble.base import PeerGone, PeerRefuses
from agent.links.ble.trouble import (
    ADAPTER_ERRORS,
    PEER_ERRORS,
    adapter_trouble,
    is_in_progress,
    peer_trouble,
)

OFF = BleakBluetoothNotAvailableReason.POWERED_OFF


def dbus(name: str, text: str = "") -> BleakDBusError:
    return BleakDBusError(name, [text])


def wrapped(cause: Exception) -> Exception:
    """As bleak-retry-connector raises it after its last attempt."""
    error = BleakConnectionError("Failed to connect")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (dbus("org.freedesktop.DBus.Error.ServiceUnknown"), LinkDown),
        (dbus("org.freedesktop.DBus.Error.NoReply"), LinkDown),
        (dbus("org.bluez.Error.NotReady", "Resource Not Ready"), LinkDown),
        (BleakBluetoothNotAvailableError("off", OFF), LinkDown),
        (wrapped(dbus("org.bluez.Error.NotReady")), LinkDown),
        (dbus("org.freedesktop.DBus.Error.UnknownObject"), PeerGone),
        (dbus("org.bluez.Error.Failed", "le-connection-abort-by-local"), PeerGone),
        (dbus("org.bluez.Error.Failed", "Too many links"), PeerGone),
        (BleakDeviceNotFoundError("AA"), PeerGone),
        (BleakError("Not connected"), PeerGone),
        (wrapped(TimeoutError()), PeerGone),
        (TimeoutError(), PeerGone),
        (EOFError(), PeerGone),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), PeerGone),
        (BlockingIOError(errno.EAGAIN, "again"), PeerGone),
        (AssertionError(), PeerGone),
        (AttributeError("'NoneType' object has no attribute 'call'"), PeerGone),
        (KeyError("org.bluez.GattService1"), PeerGone),
        (BleakGATTProtocolError(0x80), PeerRefuses),
        (BleakCharacteristicNotFoundError("aaaa"), PeerRefuses),
        (dbus("org.bluez.Error.NotPermitted", "Not paired"), PeerRefuses),
        (dbus("org.bluez.Error.InProgress"), PeerRefuses),
    ],
    ids=lambda value: type(value).__name__,
)
def test_of_a_link(error: Exception, kind: type[Exception]) -> None:
    assert isinstance(error, PEER_ERRORS)
    told = peer_trouble("hci0", "AA:BB:CC:DD:EE:FF", error)
    assert type(told) is kind
    assert str(told).startswith(("hci0: ", "AA:BB:CC:DD:EE:FF: "))


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (FileNotFoundError(errno.ENOENT, "No such file"), "bluetoothd does not run"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), "bluetoothd does not run"),
        (DBusError("org.freedesktop.DBus.Error.ServiceUnknown", ""), "bluetoothd does not run"),
        (DBusError("org.freedesktop.DBus.Error.AccessDenied", ""), "group bluetooth"),
        (AuthError("no"), "group bluetooth"),
        (PermissionError(errno.EACCES, "no"), "group bluetooth"),
        (DBusError("org.freedesktop.DBus.Error.UnknownObject", ""), "plugged in"),
        (BleakError("adapter 'hci0' not found"), "plugged in"),
        (TimeoutError(), "does not answer"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_of_an_adapter_the_words_say_what_to_do(error: Exception, word: str) -> None:
    assert isinstance(error, ADAPTER_ERRORS)
    told = str(adapter_trouble("hci0", error))
    assert told.startswith("hci0: ")
    assert word in told
    assert any("\u4e00" <= sign <= "\u9fff" for sign in told)


def test_what_bluez_is_busy_with_is_known_through_all_wrappings() -> None:
    assert is_in_progress(wrapped(dbus("org.bluez.Error.InProgress")))
    assert not is_in_progress(wrapped(dbus("org.bluez.Error.Failed", "In Progress")))
