"""Mosquitto's password file, written and checked without its tool.

One line is ``user:$7$iterations$salt$hash``: PBKDF2 with SHA-512, salt and hash in base64 (form 7
of ``mosquitto_passwd``, the default since 2.0).  Text in, text out.
"""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Mapping

ITERATIONS = 101
"""What mosquitto_passwd 2.0 writes.  The passwords here are random, so nobody can guess them."""
SALT_BYTES, HASH_BYTES = 12, 64  # mosquitto_passwd 2.0


def password_file(users: Mapping[str, str]) -> str:
    """The file for these users and passwords."""
    return "".join(f"{user}:{_hashed(password)}\n" for user, password in users.items())


def read_passwords(text: str) -> dict[str, str]:
    """User to hash, as the file has them."""
    lines = (line.partition(":") for line in text.splitlines() if line)
    return {user: hashed for user, _, hashed in lines}


def matches(password: str, hashed: str) -> bool:
    """False too for what is no hash of this form."""
    match hashed.split("$"):
        case ["", "7", rounds, salt, wanted] if rounds.isdecimal() and rounds != "0":
            try:
                salt_bytes = base64.b64decode(salt, validate=True)
            except binascii.Error:
                return False
            return hmac.compare_digest(_digest(password, salt_bytes, int(rounds)), wanted)
    return False


def _hashed(password: str) -> str:
    salt = os.urandom(SALT_BYTES)
    told = base64.b64encode(salt).decode()
    return f"$7${ITERATIONS}${told}${_digest(password, salt, ITERATIONS)}"


def _digest(password: str, salt: bytes, rounds: int) -> str:
    made = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, rounds, HASH_BYTES)
    return base64.b64encode(made).decode()
