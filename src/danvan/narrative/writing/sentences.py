"""From figures to sentences: which of a sentence's figures were reported, how each is said, how it changed.

Nothing is said of what was not reported. Every number of a sentence is a run that names its cell. What went well or
badly is never said here, only what is and how it changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import Any

from danvan.lib.numbers import digits
from danvan.narrative.writing import numerals
from danvan.narrative.writing.meanings import Saying, meanings
from danvan.narrative.writing.model import Aspect, Contribution, Row, Run
from danvan.narrative.writing.names import in_a_sentence

SAME_PERIOD = "so với cùng kỳ"
_SLOT = re.compile(r"\{([nab])\}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Which figures stand in one sentence; the keys are explained in outlines/__init__.py."""

    lead: str = ""
    with_: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    by: tuple[tuple[str, str], ...] = ()
    of: tuple[str, ...] = ()
    made_of: tuple[str, ...] = ()
    head: str = ""
    names: tuple[str, ...] = ()
    tail: str = ""
    lacking: tuple[str, ...] = ()
    then: tuple[tuple[str, ...], ...] = ()
    rank: str = ""

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Sentence:
        return cls(
            lead=data.get("lead", ""),
            with_=tuple(data.get("with", ())),
            aside=tuple(data.get("aside", ())),
            by=tuple(data.get("by", {}).items()),
            of=tuple(data.get("of", ())),
            made_of=tuple(data.get("made_of", ())),
            head=data.get("head", ""),
            names=tuple(data.get("names", ())),
            tail=data.get("tail", ""),
            lacking=tuple(data.get("lacking", ())),
            then=tuple(tuple(choice) for choice in data.get("then", ())),
            rank=data.get("rank", ""),
        )

    @property
    def first(self) -> str:
        """The figure that it is about, "" for none."""
        return next(iter((*self.with_, *self.names, *(code for choice in self.then for code in choice), self.rank)), "")

    def mentioned(self) -> set[str]:
        return {
            *self.with_,
            *self.aside,
            *self.of,
            *self.made_of,
            *self.names,
            *self.lacking,
            *(key for choice in self.then for key in choice),
        }


@dataclass(frozen=True)
class Speaker:
    """Says sentences about the rows of one report. fields: words for the leads, such as `whole`.

    given: what each unit below gave to a figure, by its key.
    """

    rows: Mapping[str, Row]
    sayings: Mapping[str, Saying]
    fields: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, Sequence[Contribution]] = field(default_factory=dict)

    def say(self, sentence: Sentence) -> list[Run]:
        """The runs of a sentence with its full stop; none where nothing of it was reported."""
        if sentence.rank:
            return self._ranked(sentence.rank)
        said = [self._matter(sentence), self._enumeration(sentence), *map(self._choice, sentence.then)]
        told = [clause for clause in said if clause]
        divided = [self._divided(sentence.with_[0], *by) for by in sentence.by]
        clauses = [*told, *(clause for clause in divided if clause)]
        if not clauses:
            return []
        runs = _join(clauses, "; ")
        # "Toàn tỉnh theo lĩnh vực: ..." would be no sentence.
        lead = sentence.lead.format_map(self.fields) if told else ""
        runs = [Run(f"{lead} "), *runs] if lead else runs
        return [*_capital(_once(merge(runs))), Run(".")]

    def say_plainly(self, row: Row) -> list[Run]:
        """A figure for which the outline has no sentence: in its own words, else its label and its value."""
        if row.indicator in self.sayings and row.now.value and row.now.denominator is None:
            return _capital(merge([*self._said(row, "open"), *self._change(row)]))
        return merge([Run(f"{row.label}: "), *self._number(row), Run(_measure(row)), *self._change(row)])

    # --- clauses

    def _matter(self, sentence: Sentence) -> list[Run]:
        """The figures of one matter, their changes together: "... với ... và ...; so với cùng kỳ tăng ..."."""
        aside = self._reported(sentence.aside)
        rows = [*self._reported(sentence.with_), *aside]
        if not rows:
            return []
        some = [row for row in rows if row.now.value]
        # A first figure of zero says it all ("không phát sinh ..."); zeros that follow from it need no words.
        if not some:
            return self._zero(rows[0])
        first, *others = some
        runs = self._said(first, "open")
        inside = [[*self._said(row, "then"), *self._new(row, ", ")] for row in others if row in aside]
        runs += _bracketed([*([self._new(first)] if others else []), *inside])
        if more := [[*self._said(row, "then"), *_bracketed([self._new(row)])] for row in others if row not in aside]:
            runs += [Run(" với "), *_enumerate(more)]
        parts = self._parts(first, sentence)
        # One change stands before "trong đó", else it would seem to speak of the last part.
        runs += [*self._change(first), *parts] if len(some) == 1 else [*parts, *self._changes(some)]
        for row in rows:
            if not row.now.value:
                runs += [Run("; "), *self._zero(row)]
        return runs

    def _enumeration(self, sentence: Sentence) -> list[Run]:
        rows = [row for row in self._reported(sentence.names) if row.now.value]
        if not rows:
            return self._choice(sentence.lacking)
        said = _enumerate([[*self._said(row, "then"), *self._change(row, brackets=True)] for row in rows])
        return [Run(f"{sentence.head} "), *said, Run(f" {sentence.tail}" if sentence.tail else "")]

    def _choice(self, choice: Sequence[str]) -> list[Run]:
        for row in self._reported(choice):
            if row.now.value or row.now.denominator:
                return [*self._said(row, "open"), *self._change(row)]
            if self.sayings[row.indicator].none:
                return self._zero(row)
        return []

    def _divided(self, whole: str, dimension: str, words: str) -> list[Run]:
        """A figure by one dimension: "theo lĩnh vực: kinh tế 16 mô hình, văn hóa - xã hội 21 mô hình"."""
        parts = [
            row
            for row in self.rows.values()
            if row.indicator == whole and row.breakdown.startswith(f"{dimension}=") and ";" not in row.breakdown
            if _has_value(row) and row.now.value
        ]
        total = self.rows.get(whole)
        # Parts of which some were not reported stand in the annex: here they would contradict the whole.
        if not parts or (total and _has_value(total) and sum(map(_value, parts)) != total.now.value):
            return []
        said = [
            [Run(f"{row.part} "), *self._number(row), Run(_measure(row) and f" {self._counter(row)}")] for row in parts
        ]
        return [Run(f"{words}: "), *_join(said, ", ")]

    def _parts(self, whole: Row, sentence: Sentence) -> list[Run]:
        """ ", trong đó có ..."; where parts that make up the whole were not all reported, it says so."""
        rows = [row for row in self._reported(sentence.of or sentence.made_of) if row.now.value]
        if not rows:
            return []
        lacking = sentence.made_of and sum(map(_value, rows)) != _value(whole)
        words = "; trong số đã phân loại có " if lacking else ", trong đó có "
        return [Run(words), *_join([self._said(row, "then") for row in rows], ", ")]

    # --- units below

    def _ranked(self, code: str) -> list[Run]:
        """Which units have most of a figure, which have none; nothing unless every unit has reported it."""
        row, given = self.rows.get(code), self.given.get(code, ())
        if row is None or not complete(row, given):
            return []
        most, none = leading(given), [one for one in given if not _amount(one)]
        words = meanings().rank[code]
        clauses = []
        if most:
            named = _enumerate([[Run(f"{in_a_sentence(one.unit)} ("), _given(one), Run(")")] for one in most])
            clauses.append([Run(f"{_units(most)} {words.most} "), *named])
        if words.none and 0 < len(none) <= _NONE_NAMED:
            names = _enumerate([[Run(in_a_sentence(one.unit))] for one in none])
            clauses.append([Run(f"{_units(none)} {words.none} "), *names])
        return [*_capital(merge(_join(clauses, "; "))), Run(".")] if clauses else []

    # --- one figure

    def _reported(self, keys: Sequence[str]) -> list[Row]:
        """Those that there is something to say of: zero is worth a word only where it matters, or was not before."""
        rows = [self.rows[key] for key in keys if key in self.rows and _has_value(self.rows[key])]
        return [row for row in rows if row.now.value or row.indicator not in meanings().quiet or _was_some(row)]

    def _said(self, row: Row, form: str) -> list[Run]:
        saying = self.sayings[row.indicator]
        pattern = (saying.then or saying.open) if form == "then" else saying.open
        if "{a}" in pattern and (row.now.numerator is None or row.now.denominator is None):
            pattern = saying.bare
        return self._filled(pattern, row)

    def _filled(self, pattern: str, row: Row) -> list[Run]:
        runs = []
        for index, piece in enumerate(_SLOT.split(pattern)):
            if index % 2 == 0:
                runs.append(Run(piece))
            elif piece == "n":
                runs += self._number(row)
            else:
                part = row.now.numerator if piece == "a" else row.now.denominator
                aspect: Aspect = "part" if piece == "a" else "whole"
                runs.append(Run(digits(part or Decimal(0)), row.key, row.url, aspect=aspect))
        return runs

    def _number(self, row: Row) -> list[Run]:
        return [Run(numerals.said(row.now, row.unit), row.key, row.url)]

    def _zero(self, row: Row) -> list[Run]:
        """Zero in its own words, with what there was before where that is known."""
        runs = [Run(self.sayings[row.indicator].none)]
        if _was_some(row) and row.before is not None:
            before = Run(numerals.said(row.before, row.unit), row.key, row.url, aspect="before")
            runs += [Run(" (cùng kỳ có "), before]
            runs += [Run(f"{_measure(row)})")]
        return runs

    # --- changes

    def _change(self, row: Row, *, brackets: bool = False) -> list[Run]:
        """ ", tăng 20 lượt (5,1%) so với cùng kỳ"; nothing where the two cannot be compared."""
        moved = self._moved(row, rate=not brackets)
        if not moved:
            return []
        if moved[0].text == _NO_BASE:
            return [Run(f" ({_NO_BASE})")]
        words = [*moved, Run(f" {SAME_PERIOD}")]
        return [Run(" ("), *words, Run(")")] if brackets else [Run(", "), *words]

    def _changes(self, rows: Sequence[Row]) -> list[Run]:
        """The changes of several figures in one clause: "; so với cùng kỳ tăng 20 lượt, giảm 15 vụ việc"."""
        moved = [(row, moved) for row in rows if (moved := self._moved(row, rate=False))]
        same = [row for row, words in moved if words[0].text == _SAME]
        changed = [words for row, words in moved if row not in same and words[0].text != _NO_BASE]
        # "tăng 2 cuộc, 127 lượt người": the word once for those that follow one another.
        items = [
            [Run(word), *_enumerate([words[1:] for words in way])]
            for word, way in groupby(changed, lambda words: words[0].text)
        ]
        if moved and len(same) == len(rows):
            return [Run("; các số liệu này bằng cùng kỳ")]
        if same:
            items.append([Run(f"bằng về số {_and([self._counter(row) for row in same])}")])
        return [Run(f"; {SAME_PERIOD} "), *_join(items, ", ")] if items else []

    def _new(self, row: Row, before: str = "") -> list[Run]:
        """That there was none of it in the same period."""
        moved = self._moved(row)
        return [Run(before + _NO_BASE)] if moved and moved[0].text == _NO_BASE else []

    def _moved(self, row: Row, *, rate: bool = True) -> list[Run]:
        """In words how it rose or fell. rate: with the percentage; it crowds an enumeration."""
        if not comparable(row) or row.delta is None:
            return []
        if row.delta == 0:
            return [Run(_SAME)]
        if row.before is not None and row.before.value == 0 and row.unit != "%":
            return [Run(_NO_BASE)]
        rough = row.now.qualifier != "exact" or (row.before is not None and row.before.qualifier != "exact")
        # What should grow less was brought down, it did not fall; of all else only the direction is said.
        down = "giảm được" if meanings().better.get(row.indicator) == "fewer" else "giảm"
        word = ("tăng" if row.delta > 0 else down) + (" khoảng" if rough else "")
        if row.unit == "%":
            points = abs(row.delta).quantize(Decimal("0.1"), ROUND_HALF_UP)
            if not points:
                return [Run(f"{word} dưới 0,1 điểm phần trăm")]
            return [Run(f"{word} "), Run(digits(points), row.key, row.url, aspect="delta"), Run(" điểm phần trăm")]
        by = numerals.count(abs(row.delta), row.unit)
        runs = [Run(f"{word} "), Run(by, row.key, row.url, aspect="delta")]
        if row.unit != "đồng":
            runs.append(Run(f" {self._counter(row)}"))
        if rate and row.percent is not None and abs(row.percent) < _TELLING:
            rate_said = numerals.percent(abs(row.percent))
            runs += [Run(" ("), Run(rate_said, row.key, row.url, aspect="percent"), Run(")")]
        return runs

    def _counter(self, row: Row) -> str:
        saying = self.sayings.get(row.indicator)
        return saying.change if saying and saying.change else row.unit


_NAMED = 3  # units with most
_NONE_NAMED = 5  # units with none; more of them are for the table
_TELLING = 1000  # a rise of 5.900% only says that the base was small
_SAME = "bằng"
_AGAIN = re.compile(rf"(?<![;.])( ?{_SAME})? {SAME_PERIOD}")
_NO_BASE = "cùng kỳ không phát sinh"


def comparable(row: Row) -> bool:
    """Whether a sentence may compare; why not stands in the annex."""
    return row.comparability != "not_comparable" and _has_value(row)


def merge(runs: Sequence[Run]) -> list[Run]:
    """Neighbouring plain runs as one, empty ones gone."""
    merged: list[Run] = []
    for run in runs:
        if merged and not run.cell and not run.place and not merged[-1].cell and not merged[-1].place:
            merged[-1] = Run(merged[-1].text + run.text)
        elif run.text:
            merged.append(run)
    return merged


def _once(runs: Sequence[Run]) -> list[Run]:
    """What a change is measured against, said with the first change of a sentence and not again."""
    said, told = False, []
    for run in runs:
        if not run.cell:
            head, mark, rest = run.text.partition(SAME_PERIOD)
            if said or mark:
                run = replace(
                    run, text=_AGAIN.sub(_instead, run.text) if said else head + mark + _AGAIN.sub(_instead, rest)
                )
            said = said or bool(mark)
        told.append(run)
    return merge(told)


def _instead(match: re.Match[str]) -> str:
    return f"{_SAME} cùng kỳ" if match[1] else ""


def _has_value(row: Row) -> bool:
    return row.now.state == "value" and row.now.value is not None


def _was_some(row: Row) -> bool:
    return comparable(row) and row.before is not None and bool(row.before.value)


def leading(given: Sequence[Contribution]) -> list[Contribution]:
    """The few units with most; of those that share a place not one is named before the other."""
    ordered = sorted(given, key=lambda one: -_amount(one))
    return [one for one in ordered[:_NAMED] if _amount(one) > _amount(ordered[_NAMED])]


def complete(row: Row, given: Sequence[Contribution]) -> bool:
    """Whether what the units gave is the whole figure: nobody is missing, and nothing came from elsewhere."""
    exact = all(one.figure.qualifier == "exact" for one in given)
    enough = len(given) > _NAMED and not row.missing and exact
    return enough and _has_value(row) and sum(map(_amount, given)) == row.now.value


def _amount(one: Contribution) -> Decimal:
    return one.figure.value or Decimal(0)


def _given(one: Contribution) -> Run:
    """What a unit gave: the number alone, so that nobody takes it for that of all."""
    return Run(digits(_amount(one)), one.indicator, one.url, aspect="share")


def _units(named: Sequence[Contribution]) -> str:
    return "đơn vị" if len(named) == 1 else "các đơn vị"


def _value(row: Row) -> Decimal:
    return row.now.value or Decimal(0)


def _measure(row: Row) -> str:
    """The unit of measure after a number that does not carry it already."""
    return "" if row.unit in {"%", "đồng"} else f" {row.unit}"


def _join(items: Sequence[Sequence[Run]], mark: str) -> list[Run]:
    return [run for index, item in enumerate(items) for run in ([Run(mark), *item] if index else item)]


def _enumerate(items: Sequence[Sequence[Run]]) -> list[Run]:
    """A, B và C."""
    if len(items) < 2:
        return _join(items, "")
    return [*_join(items[:-1], ", "), Run(" và "), *items[-1]]


def _bracketed(items: Sequence[Sequence[Run]]) -> list[Run]:
    told = [item for item in items if item]
    return [Run(" ("), *_join(told, "; "), Run(")")] if told else []


def _and(words: Sequence[str]) -> str:
    unique = list(dict.fromkeys(words))
    return " và ".join([", ".join(unique[:-1]), unique[-1]] if len(unique) > 1 else unique)


def _capital(runs: Sequence[Run]) -> list[Run]:
    if not runs or runs[0].cell:
        return list(runs)
    text = runs[0].text
    return [Run(text[:1].upper() + text[1:]), *runs[1:]]
