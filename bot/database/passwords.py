"""Passwords of one run, and what the server keeps of them.

Out: random passwords and SCRAM-SHA-256 verifiers, so that no statement contains a password.
"""

import hashlib
import hmac
import secrets
from base64 import b64encode

# Stretching slows down guessing, and nobody guesses 128 random bits; it costs each connection 3 ms.
# The project's driver may insist on the usual number (pg8000 does), psycopg2 does not.
QUICK = 1
USUAL = 4096


def new_password() -> str:
    """128 random bits as 32 letters and digits."""
    return secrets.token_hex(16)


def verifier(password: str, iterations: int = USUAL) -> str:
    """What `ALTER ROLE … PASSWORD` takes in place of the (ASCII) password itself."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
    stored = hashlib.sha256(_keyed(salted, b"Client Key")).digest()
    server = _keyed(salted, b"Server Key")
    return f"SCRAM-SHA-256${iterations}:{_text(salt)}${_text(stored)}:{_text(server)}"


def _keyed(key: bytes, words: bytes) -> bytes:
    return hmac.digest(key, words, "sha256")


def _text(data: bytes) -> str:
    return b64encode(data).decode()
