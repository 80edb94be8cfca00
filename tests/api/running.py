"""Schemathesis against the served product: what it draws from /api/openapi.json, and what it found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.browser.cast_site import served_with_cast, sessions_of

ROOT = Path(__file__).resolve().parents[2]
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "unsupported_method",
)
_WORLD = """
import json
from danvan.api.actions import add_client
from danvan.casework.actions import citizens
from danvan.casework.models import Matter

_client, key = add_client(unit=world.bac, name="Tổng đài", by="t")
for text in ("Đèn đường hỏng đã hai tuần", "Rác thải đổ ven đường liên thôn"):
    citizens.say(unit=world.an.pk, matter_type="reflection", text=text, field="construction")
Matter.objects.update(public=True, public_text="Đã làm xong.", title="Đèn đường hỏng", latitude=21.5, longitude=105.8)
json.dump({"key": key}, open("objects.json", "w"))
"""


def run(var: Path, *, seconds: int | None = None, examples: int | None = None) -> subprocess.CompletedProcess[str]:
    """examples: of each operation; seconds: goes on drawing for so long."""
    with served_with_cast(var, _WORLD) as address:
        key = json.loads((var / "objects.json").read_text())["key"]
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{address}/api/openapi.json"),
            *("--checks", ",".join(CHECKS), "--no-color", "--continue-on-failure", "--suppress-health-check", "all"),
            *("--warnings", "off"),
            *(argument for header in _signed_in(address) for argument in ("--header", header)),
        ]
        if examples:
            command += ["--max-examples", str(examples), "--phases", "examples,coverage,fuzzing", "--seed", "1"]
        if seconds:
            command += ["--max-time", str(seconds)]
        ours = {
            **os.environ,
            "SCHEMATHESIS_HOOKS": "tests.api.hooks",
            "DANVAN_API_KEY": key,
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        }
        return subprocess.run(command, cwd=var, env=ours, capture_output=True, text=True, check=False)


def _signed_in(address: str) -> list[str]:
    """Headers of somebody who may send the figures of Xã An."""
    cookies = {one["name"]: one["value"] for one in sessions_of(address, ["lan"])["lan"]["cookies"]}
    return [
        f"Cookie: sessionid={cookies['sessionid']}; csrftoken={cookies['csrftoken']}",
        f"X-CSRFToken: {cookies['csrftoken']}",
    ]
