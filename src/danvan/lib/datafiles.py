"""Data files: YAML, in which facts of law, words and forms are kept beside the code."""

from __future__ import annotations

from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where libyaml is there


def from_yaml(text: str | bytes) -> Any:
    """What the text says, in plain values. Raises yaml.YAMLError."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 -- both are safe loaders
