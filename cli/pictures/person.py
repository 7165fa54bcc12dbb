"""Who does it, as it stays on record: the user that the system knows, and the name she gave."""

import argparse
import json
import os
import pwd
from collections.abc import Mapping

from agent.store.audit import Deed

MOST_NAME = 64  # characters


def deed(args: argparse.Namespace, action: str, what: Mapping[str, object]) -> Deed:
    """``args`` has ``by`` and ``why``."""
    told = json.dumps(what, ensure_ascii=False)
    return Deed(who=user(), by=args.by[:MOST_NAME], action=action, why=args.why, what=told)


def user() -> str:
    """With the one who used sudo, if anybody did."""
    uid = os.getuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = str(uid)
    behind = os.environ.get("SUDO_USER", "") if uid == 0 else ""
    return f"{name} ({behind[:MOST_NAME]})" if behind else name
