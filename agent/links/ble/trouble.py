"""What went wrong with Bluetooth, told apart by who must act.

Errors are told by their type and by D-Bus's error names, never by sentences, which BlueZ changes.
What says nothing of the adapter is the peer's: its link is given up, and the daemon's own watch
(``daemon.py``) says if it was more than that.
"""

from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakCharacteristicNotFoundError,
    BleakDBusError,
    BleakError,
    BleakGATTProtocolError,
)
from dbus_fast.errors import AuthError, DBusError, InvalidAddressError

from agent.links.base import LinkDown
from agent.links.ble.base import PeerGone, PeerRefuses

PEER_ERRORS = (
    BleakError,
    DBusError,
    TimeoutError,
    OSError,  # of the link's own D-Bus connection; BlockingIOError kills it (dbus-next #153)
    EOFError,  # the same, closed from the other side
    AssertionError,  # bleak's and dbus-fast's way to say that the link went in mid-sentence
    AttributeError,  # the same: its services and its connection become None
    KeyError,  # the same: its objects are gone from the tree (bleak-retry-connector knows it too)
)
"""All that bleak 3.1, bleak-retry-connector 4.7 and dbus-fast 5.2 let out of a link."""

ADAPTER_ERRORS = (*PEER_ERRORS, AuthError, InvalidAddressError)
"""The same, while D-Bus is reached and the scan is begun."""

_DOWN = frozenset(
    {
        "org.freedesktop.DBus.Error.ServiceUnknown",  # bluetoothd is gone
        "org.freedesktop.DBus.Error.NameHasNoOwner",
        "org.freedesktop.DBus.Error.NoReply",
        "org.freedesktop.DBus.Error.Disconnected",
        "org.freedesktop.DBus.Error.AccessDenied",
        "org.bluez.Error.NotReady",  # the adapter is off
    }
)
_NO = frozenset(
    {
        "org.bluez.Error.NotPermitted",  # "Not paired"
        "org.bluez.Error.NotAuthorized",
        "org.bluez.Error.NotSupported",
        "org.bluez.Error.InvalidArguments",
        "org.bluez.Error.InvalidOffset",
        "org.bluez.Error.InProgress",
    }
)
"""What BlueZ makes of ATT errors and of calls that it will not take (src/gatt-client.c)."""

IN_PROGRESS = "org.bluez.Error.InProgress"

_NO_BUS = "没有 D-Bus 或蓝牙服务未运行 no D-Bus, or bluetoothd does not run"
_FORBIDDEN = "没有权限，请把用户加入 bluetooth 组 not allowed: add the user to the group bluetooth"
_DEAF = "蓝牙服务或适配器没有响应 bluetoothd or the adapter does not answer"
_FAILS = (
    "适配器出错：插好了吗？rfkill？ the adapter fails: is it plugged in, is it blocked (rfkill)?"
)


def adapter_trouble(port: str, error: BaseException) -> LinkDown:
    """Of what failed before there was any link."""
    return LinkDown(f"{port}: {_words(error)} ({_said(error)})")


def peer_trouble(port: str, address: str, error: BaseException) -> LinkDown | PeerGone:
    """Of what failed on a link, or on the way to one."""
    names = set(_names(error))
    if names & _DOWN or isinstance(error, BleakBluetoothNotAvailableError):
        return adapter_trouble(port, error)
    no = isinstance(error, BleakGATTProtocolError | BleakCharacteristicNotFoundError)
    kind = PeerRefuses if no or names & _NO else PeerGone
    return kind(f"{address}: {_said(error)}")


def is_in_progress(error: BaseException) -> bool:
    """BlueZ is about something else; scanning, most likely."""
    return IN_PROGRESS in _names(error)


def _words(error: BaseException) -> str:
    names = set(_names(error))
    if "org.freedesktop.DBus.Error.AccessDenied" in names or isinstance(error, AuthError):
        return _FORBIDDEN
    if isinstance(error, PermissionError):
        return _FORBIDDEN
    if isinstance(error, TimeoutError):
        return _DEAF
    return _NO_BUS if names & _DOWN or isinstance(error, OSError | EOFError) else _FAILS


def _names(error: BaseException | None) -> list[str]:
    """D-Bus names of the error and of all that it was raised from."""
    names = list[str]()
    while error is not None and len(names) < 16:
        if isinstance(error, BleakDBusError):
            names.append(error.dbus_error)
        elif isinstance(error, DBusError):
            names.append(error.type)
        error = error.__cause__ or error.__context__
    return names


def _said(error: BaseException) -> str:
    return str(error) or type(error).__name__
