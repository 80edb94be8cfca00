"""No call that the description of the interface allows or forbids breaks it, and each answer is as described."""

from __future__ import annotations

import os

from tests.api.running import run

EXAMPLES = 5  # of each operation in the suite; make api draws for SECONDS


def test_every_answer_is_as_described_and_none_is_a_fault_of_ours(tmp_path):
    seconds = int(os.environ.get("DANVAN_API_SECONDS", "0"))
    done = run(tmp_path, seconds=seconds or None, examples=None if seconds else EXAMPLES)
    print(done.stdout[-4_000:])

    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr[-2_000:]
