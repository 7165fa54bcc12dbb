"""Numbers as people read them."""

_UNITS = ("B", "KB", "MB", "GB", "TB")


def size(count: float) -> str:
    """Bytes, in powers of 1024."""
    for unit in _UNITS[:-1]:
        if abs(count) < 1024:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} {_UNITS[-1]}"


def span(seconds: float) -> str:
    """The two largest parts that are not zero."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, hours, days = whole // 60, whole // 3600, whole // 86400
    if hours == 0:
        return f"{minutes} min {whole % 60} s"
    if days == 0:
        return f"{hours} h {minutes % 60} min"
    return f"{days} d {hours % 24} h"


def number(value: float) -> str:
    """At most five digits behind the point, none for whole numbers."""
    return f"{value:.5f}".rstrip("0").rstrip(".")
