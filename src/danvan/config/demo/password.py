"""The one password of the demo's people: random for each installation, kept where only its owner reads it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.conf import settings

FILE = "demo-password"


def password() -> str:
    """The same at each call: made at the first one. Four groups, to be typed on a phone."""
    path = Path(settings.VAR) / FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("utf-8").strip()
    made = "-".join(secrets.token_hex(2) for _ in range(4))
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(made + "\n")
    return made
