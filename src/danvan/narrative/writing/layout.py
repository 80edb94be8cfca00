"""How a document looks, as dated data: layouts/NAME.yaml holds the rule sets of one office system."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from danvan.lib.datafiles import from_yaml
from danvan.narrative.writing.model import Issuer, Line, Signer
from danvan.narrative.writing.widths import broken, width

FOLDER = Path(__file__).parent / "layouts"
# The first is named in Word files. Tinos has its metrics; Liberation Serif has too, but lacks Vietnamese letters in
# some versions, and a second font would fill the gaps visibly.
FONTS = ("Times New Roman", "Tinos")
DOTS = "…………"

_INDENT = 25  # mm by which the addressees of a letter stand in from the left

Block = tuple[tuple[Line, ...], ...]


@dataclass(frozen=True)
class Layout:
    """One rule set. `rules` is the YAML entry: page in mm, type in pt, lines of the blocks with their fields.

    seen: blocks of rules that stand in published guides; verified: all were checked against the official text.
    """

    id: str
    valid_from: datetime.date
    source: str
    verified: bool
    seen: tuple[str, ...]
    rules: dict[str, Any]

    @property
    def text_width(self) -> float:
        """Between the margins, in mm."""
        page = self.rules["page"]
        return float(page["width"] - page["left"] - page["right"])

    def symbol(self, kind: str) -> str:
        """What stands for a kind of document in its number: "BÁO CÁO" -> "BC". KeyError for an unknown kind."""
        symbols: dict[str, str] = self.rules["symbols"]
        if kind.lower() not in symbols:
            message = f"Mẫu {self.id} không có ký hiệu của loại văn bản “{kind}”. Các loại: {', '.join(symbols)}."
            raise KeyError(message)
        return symbols[kind.lower()]

    def series(self, kind: str, on: datetime.date, term: str = "") -> str:
        """The run of numbers that a document of a body takes its own from, each beginning at 01: "BC/2026".

        term: of the committee, "2025-2030". ValueError where numbers run through a term and none is given.
        """
        within = term if self.rules["numbering"]["within"] == "term" else str(on.year)
        if not within:
            raise ValueError("Số văn bản của Đảng đánh theo nhiệm kỳ: hãy nêu nhiệm kỳ, ví dụ 2025-2030.")
        return f"{self.symbol(kind)}/{within}"

    def line(self, text: str, look: dict[str, Any]) -> Line:
        """A line over the whole width, broken where it is too long."""
        return self.broken(Line(text=text, **look))

    def broken(self, line: Line) -> Line:
        return _broken(line, self.text_width)

    def heading(self, kind: str, abstract: Sequence[str]) -> tuple[Line, ...]:
        """The kind of document, the lines of its abstract, and what the rule set puts under them."""
        rule = self.rules["heading"]
        *above, last = (_broken(Line(text=text, **rule["abstract"]), self.text_width) for text in abstract)
        last = _stroked(last, rule.get("rule", 0))
        under = [Line(**rule["under"])] if "under" in rule else []
        return (Line(text=kind, **rule["kind"]), *above, last, *under)

    def names(
        self, fields: dict[str, str], *, letter: bool = False, numbered: bool = True
    ) -> tuple[Block, Block, tuple[float, float]]:
        """Both sides of the heading block and their widths in mm. A long name moves the border before it is broken.

        letter: a công văn: its number names no kind, and what it is about stands under it. numbered: without, the names
        alone: of a list that goes with another paper.
        """
        sides = [self._block(side, fields) for side in ("left", "right")]
        if letter:
            sides[0][-1] = self._letter_number(sides[0][-1], fields)
        if not numbered:
            sides = [side[:1] for side in sides]
        left, right = (max(_width(line) for group in side for line, _ in group) + 1 for side in sides)
        # The right side holds the name of the state or the Party, which is never broken.
        border = min(max(self.rules["columns"], left), self.text_width - right)
        border = max(border, min(left, 0.38 * self.text_width))
        columns = (border, self.text_width - border)
        if letter:
            about, _share = _line(self.rules["letter"]["about"], fields)
            sides[0][-1].append((about, 0))
        laid = [
            tuple(tuple(_stroked(_broken(line, column), share) for line, share in group) for group in side)
            for side, column in zip(sides, columns, strict=True)
        ]
        return laid[0], laid[1], columns

    def _letter_number(self, group: list[tuple[Line, float]], fields: dict[str, str]) -> list[tuple[Line, float]]:
        number = self.rules["letter"].get("number")
        return [(replace(line, text=fill(number, fields)) if number else line, share) for line, share in group]

    def _block(self, block: str, fields: dict[str, str]) -> list[list[tuple[Line, float]]]:
        return [[_line(spec, fields) for spec in group if _has_text(spec, fields)] for group in self.rules[block]]

    def reference(self, fields: dict[str, str]) -> str:
        """How another paper names this one: "số 05-BC/BTGDVTU, ngày 05 tháng 10 năm 2026"."""
        number = fill(self.rules["left"][-1][-1]["text"], fields).replace("Số:", "số").replace("Số", "số")
        return f"{number}, {fields['date']}"

    def addressees(self, kind: str, names: Sequence[str]) -> tuple[Line, ...]:
        """To whom a paper goes, under its heading: one in the middle, several one under the other."""
        rule = self.rules["addressees"]
        labels: dict[str, str] = rule["label"]
        label, look = labels.get(kind.lower(), labels[""]), rule["line"]
        if len(names) <= 1:
            line = Line(text=f"{label} {names[0] if names else DOTS}", **look)
            return (replace(line, text="\n".join(broken(line.text, line.size, self.text_width - 2 * _INDENT))),)
        ends = [*(";" for _ in names[1:]), "."]
        item = {**look, "before": 2}
        return (
            Line(text=label, align="left", indent=_INDENT, **look),
            *(
                Line(text=f"- {name}{end}", align="left", indent=_INDENT + 15, **item)
                for name, end in zip(names, ends, strict=True)
            ),
        )

    def recipients(self, issuer: Issuer) -> tuple[Line, ...]:
        rule = self.rules["recipients"]
        names = (f"- {name}{rule['between']}" for name in issuer.recipients or (DOTS,))
        ends = [*names, f"- {rule['file']}."]
        label = Line(align="left", **rule["label"])
        return (label, *(Line(text=text, align="left", **rule["item"]) for text in ends))

    def signature(self, issuer: Issuer) -> tuple[Line, ...]:
        """The post of who signs, by which right, and places for signature and name."""
        rule = self.rules["signature"]
        posts = self._posts(issuer.signer) if issuer.signer else rule["default"]
        lines = (Line(text=post, **rule["post"]) for post in posts)
        return (
            *(_broken(line, self.text_width / 2) for line in lines),
            Line(**rule["hint"]),
            Line(**rule["name"]),
        )

    def _posts(self, signer: Signer) -> list[str]:
        if signer.capacity == "own":
            return [signer.post.upper()]
        rights: dict[str, str] = self.rules["signature"]["capacity"]
        if signer.capacity not in rights:
            message = f"Mẫu {self.id} không có cách ký này. Các cách ký: {', '.join(rights.values())}."
            raise ValueError(message)
        return [f"{rights[signer.capacity]} {signer.of.upper()}", signer.post.upper()]


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


def source(identity: str) -> str:
    """By which texts a document was laid out: of the rule set that it names."""
    return next((one.source for name in names() for one in _rule_sets(name) if one.id == identity), identity)


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


@cache
def _rule_sets(name: str) -> list[Layout]:
    if name not in names():
        message = f"Không có mẫu trình bày “{name}”. Các mẫu hiện có: {', '.join(names())}."
        raise KeyError(message)
    entries = from_yaml((FOLDER / f"{name}.yaml").read_text("utf-8"))
    sets = [
        Layout(
            **{key: entry[key] for key in _HEAD},
            seen=tuple(entry["seen"]),
            rules={key: rule for key, rule in entry.items() if key not in _HEAD},
        )
        for entry in entries
    ]
    return sorted(sets, key=lambda rules: rules.valid_from)


_FIELD = re.compile(r"\{(\w+)\}")
_HEAD = ("id", "valid_from", "source", "verified")


def _line(spec: dict[str, Any], fields: dict[str, str]) -> tuple[Line, float]:
    """The line, and how much of its length the stroke under it has."""
    look = {key: value for key, value in spec.items() if key != "rule"}
    return Line(**{**look, "text": fill(spec["text"], fields)}), spec.get("rule", 0)


def _width(line: Line) -> float:
    return max(width(text, line.size, bold=line.bold) for text in line.text.split("\n"))


def _broken(line: Line, within: float) -> Line:
    return replace(line, text="\n".join(broken(line.text, line.size, within, bold=line.bold)))


def _stroked(line: Line, share: float) -> Line:
    return replace(line, rule=round(share * _width(line), 1))


def fill(pattern: str, fields: dict[str, str]) -> str:
    """The pattern with its {fields} put in, {FIELDS} in capitals; braces inside a value stay as they are."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        return fields[name] if name in fields else fields[name.lower()].upper()

    return _FIELD.sub(value, pattern)


def _has_text(spec: dict[str, Any], fields: dict[str, str]) -> bool:
    """A line that is nothing but one empty field (no parent body) is left out."""
    text = spec["text"]
    return not (text.startswith("{") and text.endswith("}") and fields.get(text[1:-1].lower()) == "")
