"""What was read, for people: contradictions first, then every figure with the words around it; how far it is."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from itertools import groupby
from types import TracebackType

from rich import progress
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from danvan.lib import numbers
from danvan.narrative.reading.document import Document, PeriodMention, Reading
from danvan.narrative.reading.refusal import UnreadableFile

_GROUPS = {
    "rec": "Tiếp công dân",
    "pet": "Đơn thư",
    "dlg": "Đối thoại",
    "iss": "Vấn đề nổi cộm",
    "mod": "Dân vận khéo",
    "awd": "Khen thưởng",
    "vis": "Thăm, tặng quà",
    "fund": "Quỹ",
    "trn": "Tập huấn",
    "prp": "Tuyên truyền",
    "sup": "Giám sát",
    "ppl": "Ban Thanh tra nhân dân",
    "crt": "Phản biện",
    "ctb": "Góp ý",
    "ins": "Kiểm tra",
    "mtg": "Hội nghị",
    "dem": "Dân chủ ở cơ sở",
    "org": "Đoàn viên, hội viên",
    "doc": "Văn bản",
    "crd": "Phối hợp",
}
_HEDGES = {"exact": "", "over": "trên ", "nearly": "gần ", "about": "khoảng "}
_ARROWS = {"up": "tăng", "down": "giảm", "same": "như"}
_AROUND = 46


class Progress:
    """How far the reading of many files is: a bar where somebody waits at a terminal and the answers go elsewhere."""

    def __init__(self) -> None:
        waiting = sys.stderr.isatty() and not sys.stdout.isatty()
        self._bar = progress.Progress(
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            progress.TextColumn("tệp, còn"),
            progress.TimeRemainingColumn(),
            console=Console(stderr=True),
            redirect_stdout=False,
            redirect_stderr=False,
            disable=not waiting,
        )
        self._expected = 0
        self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> Progress:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def expect(self, files: int) -> None:
        """So many more files are to be read."""
        self._expected += files
        self._bar.update(self._task, total=self._expected)

    def advance(self) -> None:
        """One more is read."""
        self._bar.advance(self._task)


@dataclass
class Tally:
    """What came of many files, as a sentence."""

    files: int = 0
    unread: int = 0
    figures: int = 0
    broken: int = 0

    def count(self, outcome: Document | UnreadableFile) -> None:
        """Takes one more file into the sums."""
        self.files += 1
        if isinstance(outcome, UnreadableFile):
            self.unread += 1
        else:
            self.figures += len(outcome.readings)
            self.broken += sum(1 for check in outcome.checks if not check.holds)

    def __str__(self) -> str:
        unread = f"; {self.unread} tệp chưa đọc được" if self.unread else ""
        return f"{self.files} tệp: {self.figures} số liệu, {self.broken} chỗ không khớp{unread}."


def show(name: str, document: Document, console: Console | None = None) -> None:
    """Prints one document's reading; colours only where the terminal has them."""
    console = console or Console(highlight=False)
    console.rule(f"[bold]{escape(name)}")
    console.print(escape(document.title), style="bold")
    unit = document.unit.quote if document.unit else "không rõ đơn vị"
    console.print(f"{escape(unit)} · {escape(_period(document.period) or 'không rõ kỳ')}", style="dim")
    for check in sorted(document.checks, key=lambda check: check.holds):
        style, mark = ("green", "✓") if check.holds else ("bold red", "✗")
        console.print(Text(f" {mark} {check.message}", style=style))
    if not document.readings:
        console.print("Không có số liệu nào.", style="dim")
        return
    order = {key: place for place, key in enumerate(_GROUPS)}
    ordered = sorted(document.readings, key=lambda reading: order.get(_group(reading), len(order)))
    for key, readings in groupby(ordered, _group):
        console.print(Text(_GROUPS.get(key, "Số liệu khác"), style="bold cyan"))
        for reading in readings:
            console.print(
                Text("  ")
                .append(_value(reading))
                .append(f"  {reading.indicator or ''}  ", "dim")
                .append(_details(reading))
            )
            console.print(Text("      ").append(_excerpt(document.text, reading)))


def _group(reading: Reading) -> str:
    return reading.indicator.split(".")[0] if reading.indicator else ""


def _value(reading: Reading) -> Text:
    unit = f"{reading.unit}/{reading.per}" if reading.per else reading.unit
    return Text(f"{_HEDGES[reading.qualifier]}{numbers.digits(reading.value)} {unit}", style="bold")


def _details(reading: Reading) -> Text:
    said = [*reading.breakdown.values()]
    if reading.change:
        delta = "" if reading.change.delta is None else f" {numbers.digits(reading.change.delta)} {reading.change.unit}"
        said.append(f"{_ARROWS[reading.change.direction]}{delta} ({reading.change.versus or 'không nêu kỳ gốc'})")
    if reading.previous is not None:
        said.append(f"kỳ gốc {numbers.digits(reading.previous)}")
    if reading.period:
        said.append(_period(reading.period))
    if reading.mention_of is not None:
        said.append("nhắc lại")
    return Text("; ".join(said), style="yellow")


def _excerpt(text: str, reading: Reading) -> Text:
    start, end = max(0, reading.start - _AROUND), min(len(text), reading.end + _AROUND)
    excerpt = Text(" ".join(text[start : reading.start].split()) + " ", style="dim")
    excerpt.append(" ".join(text[reading.start : reading.end].split()), style="not dim")
    excerpt.append(text[reading.end : end].replace("\n", " "))
    return excerpt


def _period(period: PeriodMention | None) -> str:
    if period is None:
        return ""
    if period.start is None or period.end is None:
        return period.label
    return f"{period.label} ({period.start:%d/%m/%Y} – {period.end:%d/%m/%Y})"
