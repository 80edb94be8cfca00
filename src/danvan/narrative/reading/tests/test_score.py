"""Hand-labelled reports, where they are at hand beside the project."""

import re
import sys
from pathlib import Path
from subprocess import run

import pytest

LABELLED = Path(__file__).resolve().parents[6] / "shared" / "reading"


@pytest.mark.skipif(not (LABELLED / "score.py").exists(), reason="the labelled reports are not part of the project")
def test_labelled_reports_are_read():
    reader = [sys.executable, "-m", "danvan.config.cli", "read", "--json"]
    done = run(
        [sys.executable, LABELLED / "score.py", LABELLED / "dev", "--", *reader],
        capture_output=True,
        text=True,
        check=True,
    )
    found, named = map(float, re.findall(r"F1 ([\d.]+)", done.stdout))
    assert found >= 0.97
    assert named >= 0.93
    assert "contradictions: 2 of 2 texts caught, 0 texts" in done.stdout
