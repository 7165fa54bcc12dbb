"""A box without Bluetooth pays no memory for it."""

import subprocess
import sys

SEEN = """
import sys
import agent.app.box, agent.app.workshop
print(sorted(name for name in sys.modules if name.split(".")[0] in {"bleak", "dbus_fast"}))
"""


def test_nothing_of_bleak_is_loaded_before_an_adapter_is_opened() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SEEN], capture_output=True, text=True, check=True, timeout=50
    )
    assert done.stdout == "[]\n"
