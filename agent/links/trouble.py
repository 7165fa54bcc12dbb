"""What went wrong with a port, in words for whoever stands before the box."""

import errno
import termios

from agent.links.base import LinkDown

LINK_ERRORS = (OSError, termios.error, TypeError, ValueError, OverflowError)
"""All that pyserial, termios and sockets were seen to raise: ``termios.error`` is no OSError, a
port closed under a reader is a TypeError, and a baud rate beyond 31 bits an OverflowError."""

_GONE = "端口不存在，转换器插好了吗？ no such port: is the adapter plugged in?"
_BUSY = "端口被别的程序占用 another program holds this port"
_FORBIDDEN = "没有权限，请把用户加入 dialout 组 not allowed: add the user to the group dialout"
_LOST = "连接断开 the line went dead"
_SILENT = "对方没有响应，请检查网线和电源 nobody answers: check its cable and its power"

_WORDS = {
    errno.ENOENT: _GONE,
    errno.ENODEV: _GONE,
    errno.ENXIO: _GONE,
    errno.EBUSY: _BUSY,  # TIOCEXCL
    errno.EAGAIN: _BUSY,  # flock
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.ENOTTY: "这不是串口 this is not a serial port",
    errno.EINVAL: "转换器不支持这种波特率或格式 the adapter refuses this baud rate or format",
    errno.EIO: _LOST,
    errno.EPIPE: _LOST,
    errno.ECONNRESET: _LOST,
    errno.ECONNREFUSED: "对方拒绝连接，端口号对吗？ it refuses: is the port number right?",
    errno.EHOSTUNREACH: _SILENT,
    errno.ENETUNREACH: _SILENT,
    errno.ETIMEDOUT: _SILENT,
}


def trouble(port: str, error: BaseException) -> LinkDown:
    """The one error that leaves ``agent.links``: the port, what to do, and what was raised."""
    words = _WORDS.get(_number(error) or 0, "端口打不开或出错 the port fails")
    return LinkDown(f"{port}: {words} ({error})")


def lost(port: str, why: str = _LOST) -> LinkDown:
    return LinkDown(f"{port}: {why}")


def _number(error: BaseException | None) -> int | None:
    """Its errno.  pyserial hides that of a termios.error: it stands in what it was raised from."""
    while error is not None:
        number = error.args[0] if isinstance(error, termios.error) else getattr(error, "errno", 0)
        if isinstance(number, int) and number > 0:
            return number
        error = error.__cause__ or error.__context__
    return None
