"""The shipped mosquitto configuration, bent to a directory and free ports of this machine.

What demo, drills and tests run is ``config/mosquitto``: the same limits and the same rules.  Only
paths, ports and the interface differ, and a loopback listener without TLS is added.
"""

import re
import shutil
from pathlib import Path

SHIPPED = Path(__file__).resolve().parents[2] / "config" / "mosquitto"
FOLDER = "/etc/mosquitto/linli/"  # as the shipped files name it
PORT, CERTIFICATE_PORT = 8883, 8884
LOOPBACK = "127.0.0.1"


def program() -> str | None:
    """Debian puts it in /usr/sbin, which is not on everybody's PATH."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")


def configuration(folder: Path, user: str, ports: tuple[int, ...]) -> str:
    """The text for ``mosquitto -c``; one port: plain only; three: also TLS by password and by
    certificate.  ``user`` is who runs it: as root mosquitto would become another who may not read
    the folder.
    """
    text = (SHIPPED / "linli.conf").read_text(encoding="utf-8").replace(FOLDER, f"{folder}/")
    plain, *secure = ports
    if secure:
        for shipped, port in zip((PORT, CERTIFICATE_PORT), secure, strict=True):
            text = _moved(text, shipped, port)
    else:
        text = text.partition("\nlistener ")[0]  # what follows belongs to the listeners
    here = f"listener {plain} {LOOPBACK}\nuse_username_as_clientid true\n"
    return f"{text}\n{here}user {user}\n"


def _moved(text: str, shipped: int, port: int) -> str:
    return re.sub(rf"^listener {shipped}$", f"listener {port} {LOOPBACK}", text, flags=re.MULTILINE)
