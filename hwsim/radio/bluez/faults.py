"""ATT errors and reasons in BlueZ's words.

Source: BlueZ src/gatt-client.c (create_gatt_dbus_error) and src/error.c.
"""

from hwsim.radio.bluez.voice import Fault
from hwsim.radio.controller import Failed
from hwsim.radio.gatt import (
    INSUFFICIENT_ENCRYPTION,
    INVALID_LENGTH,
    NOT_AUTHENTICATED,
    NOT_AUTHORISED,
    NOT_SUPPORTED,
    READ_NOT_PERMITTED,
    WRITE_NOT_PERMITTED,
)

WORDS = {
    READ_NOT_PERMITTED: ("NotPermitted", "Read not permitted"),
    WRITE_NOT_PERMITTED: ("NotPermitted", "Write not permitted"),
    NOT_AUTHENTICATED: ("NotPermitted", "Not paired"),
    INSUFFICIENT_ENCRYPTION: ("NotPermitted", "Not paired"),
    NOT_SUPPORTED: ("NotSupported", "Operation is not supported"),
    NOT_AUTHORISED: ("NotAuthorized", "Operation Not Authorized"),
    INVALID_LENGTH: ("InvalidArguments", "Invalid Length"),
}


def fault(failed: Failed) -> Fault:
    if not failed.att:
        return Fault("Failed", failed.text)
    name, text = WORDS.get(
        failed.att, ("Failed", f"Operation failed with ATT error: 0x{failed.att:02x}")
    )
    return Fault(name, text)


def not_ready() -> Fault:
    return Fault("NotReady", "Resource Not Ready")


def in_progress() -> Fault:
    return Fault("InProgress", "Operation already in progress")


def not_connected() -> Fault:
    return Fault("Failed", "Not connected")


def failed_with_its_link() -> Fault:
    """A request under way when the link is lost: src/shared/att.c, disc_att_send_op."""
    return Fault("Failed", "Operation failed")
