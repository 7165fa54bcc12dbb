"""Who reads the log stands before the box: every accident has its own advice."""

import errno
import termios

import pytest
import serial

from agent.links.trouble import trouble


def hidden(number: int) -> serial.SerialException:
    """As pyserial does it: the termios.error is only to be found behind the exception."""
    error = serial.SerialException(f"Could not configure port: ({number}, 'in words')")
    error.__context__ = termios.error(number, "in words")
    return error


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (PermissionError(errno.EACCES, "denied"), "dialout"),
        (serial.SerialException(errno.EACCES, "could not open port"), "dialout"),
        (FileNotFoundError(errno.ENOENT, "missing"), "plugged in"),
        (OSError(errno.ENXIO, "no such device"), "plugged in"),
        (OSError(errno.EBUSY, "busy"), "another program"),
        (serial.SerialException(errno.EAGAIN, "lock"), "another program"),
        (hidden(errno.ENOTTY), "not a serial port"),
        (hidden(errno.EINVAL), "baud rate or format"),
        (termios.error(errno.EIO, "gone"), "went dead"),
        (serial.SerialException("write failed"), "the port fails"),
        (TypeError("'NoneType' object cannot be interpreted as an integer"), "the port fails"),
    ],
)
def test_advice(error: Exception, advice: str) -> None:
    down = trouble("/dev/linli/rs485-1", error)
    assert str(down).startswith("/dev/linli/rs485-1: ")
    assert advice in str(down)
    assert any("一" <= letter <= "鿿" for letter in str(down))
