"""How a document looks, as dated data: layouts/NAME.yaml holds the rule sets of one office system."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from danvan.narrative.writing.model import Issuer, Line

FOLDER = Path(__file__).parent / "layouts"
# The first is named in Word files. Tinos has its metrics; Liberation Serif has too, but lacks Vietnamese letters in
# some versions, and a second font would fill the gaps visibly.
FONTS = ("Times New Roman", "Tinos")
DOTS = "…………"


@dataclass(frozen=True)
class Layout:
    """One rule set. `rules` is the YAML entry: page in mm, type in pt, lines of the blocks with their fields."""

    id: str
    valid_from: datetime.date
    source: str
    verified: bool
    rules: dict[str, Any]

    def heading(self, kind: str, abstract: list[str]) -> tuple[Line, ...]:
        """The kind of document, the lines of its abstract, and what the rule set puts under them."""
        rule = self.rules["heading"]
        *above, last = (Line(text=text, **rule["abstract"]) for text in abstract)
        last = replace(last, rule=rule.get("rule", 0))
        under = [Line(**rule["under"])] if "under" in rule else []
        return (Line(text=kind, **rule["kind"]), *above, last, *under)

    def block(self, block: str, fields: dict[str, str]) -> tuple[tuple[Line, ...], ...]:
        return tuple(
            tuple(_line(spec, fields) for spec in group if _filled(spec, fields)) for group in self.rules[block]
        )

    def recipients(self, issuer: Issuer) -> tuple[Line, ...]:
        rule = self.rules["recipients"]
        names = [f"- {name}" for name in issuer.recipients or (DOTS,)]
        ends = [*(f"{name}," for name in names), f"- {rule['file']}."]
        label = Line(align="left", **rule["label"])
        return (label, *(Line(text=text, align="left", **rule["item"]) for text in ends))

    def signature(self, issuer: Issuer) -> tuple[Line, ...]:
        rule = self.rules["signature"]
        posts = issuer.signer or rule["default"]
        return (*(Line(text=post, **rule["post"]) for post in posts), Line(**rule["hint"]), Line(**rule["name"]))


def layout(name: str, on: datetime.date | None = None) -> Layout:
    """The rule set of `party` or `state` in force on a day (none given: the latest).

    KeyError with a Vietnamese sentence for an unknown name, or a day before the first rule set.
    """
    sets = _rule_sets(name)
    valid = [rules for rules in sets if on is None or rules.valid_from <= on]
    if not valid:
        first = sets[0].valid_from.strftime("%d/%m/%Y")
        message = f"Mẫu trình bày “{name}” chỉ có quy định từ ngày {first}. Chọn ngày sau đó hoặc bổ sung quy định cũ."
        raise KeyError(message)
    return valid[-1]


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


@cache
def _rule_sets(name: str) -> list[Layout]:
    if name not in names():
        message = f"Không có mẫu trình bày “{name}”. Các mẫu hiện có: {', '.join(names())}."
        raise KeyError(message)
    entries = yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))
    sets = [
        Layout(e["id"], e["valid_from"], e["source"], e["verified"], {k: v for k, v in e.items() if k not in _HEAD})
        for e in entries
    ]
    return sorted(sets, key=lambda rules: rules.valid_from)


_FIELD = re.compile(r"\{(\w+)\}")
_HEAD = {"id", "valid_from", "source", "verified"}


def _line(spec: dict[str, Any], fields: dict[str, str]) -> Line:
    return Line(**{**spec, "text": fill(spec["text"], fields)})


def fill(pattern: str, fields: dict[str, str]) -> str:
    """The pattern with its {fields} put in, {FIELDS} in capitals; braces inside a value stay as they are."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        return fields[name] if name in fields else fields[name.lower()].upper()

    return _FIELD.sub(value, pattern)


def _filled(spec: dict[str, Any], fields: dict[str, str]) -> bool:
    """A line that is nothing but one empty field (no parent body) is left out."""
    text = spec["text"]
    return not (text.startswith("{") and text.endswith("}") and fields.get(text[1:-1].lower()) == "")
