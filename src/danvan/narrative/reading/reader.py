"""Reading a report: the text cut, its figures found, told from changes, named, dated and checked."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import NamedTuple

from danvan.lib.periods import Period
from danvan.narrative.reading import changes, checks, claims, dates, days, figures, places, plans, silence, tables
from danvan.narrative.reading.certainty import certainty
from danvan.narrative.reading.checks import Item
from danvan.narrative.reading.counting import Figure
from danvan.narrative.reading.cues import hits
from danvan.narrative.reading.document import Document, PeriodMention, Reading
from danvan.narrative.reading.folding import Folded, fold
from danvan.narrative.reading.local import LocalTerm, Taught
from danvan.narrative.reading.naming import Namer
from danvan.narrative.reading.scan import Scan, Sentence, is_word, scan

_KINDS = frozenset(["báo cáo", "thông báo", "tờ trình", "kết luận", "kế hoạch", "hướng dẫn", "chương trình"])
_OF_KIND = 2  # words of each
_LEAD = 2  # sentences that open the text, where a headline's figures come again
_BACK = 40  # figures back, among which b of a/b is sought
_ADVERBS = frozenset(
    ["trong", "riêng", "còn", "ở", "tính", "cả", "của", "tại", "từ", "đầu", "theo", "và", "kết", "quả", "là"]
)
_OPENS = frozenset(",;:(.-)")
_BRACKETS = frozenset("()")
_COMPARED = re.compile(r"(?:so với|cùng kỳ)\s*(?:cùng kỳ\s*)?$")
_SEASONS = frozenset(
    ["tý", "sửu", "dần", "mão", "thìn", "tỵ", "ngọ", "mùi", "thân", "dậu", "tuất", "hợi", "lần", "xuân", "tết", "luật"]
)


def read_text(text: str, local: Sequence[LocalTerm] = ()) -> Document:
    """All that the grammar finds in a report's text. Deterministic; any text can be read, an empty one says nothing.

    local: what people of the place taught; it goes before the lexicon.
    """
    read = partial(_read, taught=Taught(local) if local else None)
    document = read(text)
    return tables.read(text, document, read) if tables.DIVIDED in text else document


def _read(text: str, taught: Taught | None = None) -> Document:
    """What the running text says."""
    folded = fold(text)
    cut = scan(folded)
    found_days = days.find(folded.text, [cut.starts[at] for at in cut.numbers])
    published = days.published(folded.text, found_days)
    named_periods = dates.named(folded.text, cut)
    year = published.year if published else _usual_year(folded.text, dates.years(named_periods))
    found_periods = dates.periods(named_periods, year)
    quiet = silence.silent(cut, found_days, found_periods)
    title = _title(cut)
    placed_periods = _places(cut, _years_completed(found_periods, cut))
    items = _items(cut, figures.numerals(cut, quiet), title, taught)
    period = _period(cut, items, placed_periods, found_days, title, published, year)
    items = _not_to_come(cut, items, period, published)
    _date(cut, items, placed_periods, period)
    mentions = places.mentions(cut)
    opening = _lead_sentence(cut, title)
    lead = cut.sentences[min(len(cut.sentences) - 1, opening + 1)] if cut.sentences else None
    unit = places.reporting(
        mentions,
        (folded.start(cut.starts[title.first]), folded.end(cut.ends[title.last - 1])) if title else (0, 0),
        folded.end(cut.ends[lead.last - 1]) if lead else 0,
        folded,
    )
    found_checks = [*checks.run(cut, items), *claims.run(cut, items, opening, unit.name if unit else "")]
    return Document(
        text=text,
        title=_original(folded, cut, title),
        unit=unit,
        unit_mentions=tuple(mentions),
        published=published,
        period=_as_written(period, folded),
        readings=_readings(cut, items, title),
        checks=tuple(sorted(found_checks, key=lambda check: (check.start, check.end))),
    )


# Title and lead


def _title(cut: Scan) -> Sentence | None:
    """The line below the kind of document ("BÁO CÁO"); else the longest of the short lines before the first running
    sentence; without one, the first sentence itself."""
    best: Sentence | None = None
    for index, sentence in enumerate(cut.sentences):
        kind = sentence.line_start and sentence.last - sentence.first == _OF_KIND
        if kind and cut.text(sentence.first, sentence.last) in _KINDS and index + 1 < len(cut.sentences):
            return cut.sentences[index + 1]
        size = sum(map(is_word, cut.words[sentence.first : sentence.last]))
        ends = cut.words[sentence.last - 1] in (".", "!")
        if size >= 14 and ends:
            return best or sentence
        if size < 4 or figures.is_furniture(cut, sentence) or size > 45 or cut.words[sentence.first] == "[":
            continue  # "[Nêu khái quát ...]": a place to fill
        if best is None or (size > best.last - best.first and not ends):
            best = sentence
        if best is not sentence and ends:
            break
    return best


def _lead_sentence(cut: Scan, title: Sentence | None) -> int:
    """The index of the first running sentence after the headline."""
    after = cut.sentences.index(title) + 1 if title else 0
    for index in range(after, len(cut.sentences)):
        sentence = cut.sentences[index]
        if sentence.last - sentence.first > 12:
            return index
    return max(0, len(cut.sentences) - 1)


def _original(folded: Folded, cut: Scan, sentence: Sentence | None) -> str:
    if sentence is None:
        return ""
    return " ".join(folded.cased[cut.starts[sentence.first] : cut.ends[sentence.last - 1]].split())


# Periods


def _usual_year(text: str, said: list[tuple[int, int]]) -> int | None:
    """The year named most; one that the text compares with is the year before."""
    years = Counter([year + bool(_COMPARED.search(text[max(0, at - 16) : at])) for at, year in said])
    return years.most_common(1)[0][0] if years else None


def _years_completed(found: list[dates.Found], cut: Scan) -> list[dates.Found]:
    """ "6 tháng đầu năm, triển khai nhiệm vụ 6 tháng cuối năm 2021": a year left out is said later in the sentence."""
    completed = []
    for index, one in enumerate(found):
        if not one.year_said and one.kind in ("half", "months", "quarter", "month") and index + 1 < len(found):
            later = found[index + 1]
            same = cut.folded.text[one.end : later.start]
            if (
                later.year_said
                and later.mention.start
                and "." not in same
                and "\n" not in same
                and later.kind in ("half", "months", "quarter")
            ):
                again = dates.periods(dates.named(cut.folded.text[one.start : one.end]), later.mention.start.year)
                if again:
                    one = one._replace(mention=replace(again[0].mention, at=one.start))
        completed.append(one)
    return completed


def _adverbial(cut: Scan, token: int) -> bool:
    """Whether a period here opens its clause: "Năm 2018, thị xã có ...", "(6 tháng đầu năm 2019 là ...)"."""
    words = cut.words
    back = token - 1
    if back >= 0 and words[back] == "trong":
        return True
    while back >= 0 and words[back] in _ADVERBS:
        back -= 1
    sentence = cut.sentence_at(back + 1)
    return back < 0 or words[back] in _OPENS or (sentence is not None and sentence.first == back + 1)


_WEIGHTS = {
    "half": 2.0,
    "months": 2.0,
    "quarter": 2.0,
    "range": 1.6,
    "day_range": 1.6,
    "backwards": 1.6,
    "year": 1.2,
    "month": 0.6,
    "this": 1.0,
    "since": 1.6,
    "years": 0.3,
}


def _period(
    cut: Scan,
    items: list[Item],
    found: list[_Named],
    found_days: list[days.Day],
    title: Sentence | None,
    published: date | None,
    year: int | None,
) -> PeriodMention | None:
    """The period that the document reports on: in the headline, opening a clause, governing most of the figures."""
    where = [one for one in found if one.found.kind in _WEIGHTS]
    governed = Counter(scope.token for item in items if (scope := _scope(cut, item, where)))
    best: tuple[float, PeriodMention] | None = None
    for token, _, one, _ in where:
        score = _period_weight(cut, token, one, title)
        if score is None:
            continue
        headed = title and title.first <= token < title.last and cut.words[title.last - 1] not in (".", "!")
        if one.kind == "backwards" and (headed or _adverbial(cut, token)):
            return one.mention  # beside "6 tháng đầu năm" it is still what the report says of its period
        score += 0.2 * min(governed[token], 6)
        if best is None or score > best[0]:
            best = score, _bounded(one, published)
    if best and best[0] > 0.9:
        return best[1]
    happened = _happened(cut, found_days, year)
    for _, _, one, _ in found:
        if one.kind == "loose":
            return replace(one.mention, end=published or (happened.end if happened else None))
    return happened


def _period_weight(cut: Scan, token: int, one: dates.Found, title: Sentence | None) -> float | None:
    before = cut.words[max(0, token - 3) : token]
    if one.mention.start is None or "so" in before or "kỳ" in before or _SEASONS & set(before):
        return None
    if plans.forward_before(cut, token) or (one.kind == "month" and not one.year_said):
        return None
    if one.kind == "years" and ("nhiệm" in one.mention.label or "nhiệm" in before):
        return None
    score = _WEIGHTS[one.kind] - 0.0002 * min(one.start, 5000)
    if title and title.first <= token < title.last:
        score += 2.5
    if one.kind == "this" and "nay" in one.mention.label.split():
        score -= 0.8
    if "cuối" in one.mention.label.split():  # named beside the half that is reported on, mostly for its plans
        score -= 1.0
    if _adverbial(cut, token):
        return score + 1.2
    return score - (0.6 if one.kind in ("year", "month") else 0.0)


def _bounded(one: dates.Found, published: date | None) -> PeriodMention:
    """ "từ năm 2018 đến nay" ends when the text is dated; "trong năm" in a text of January is the year before."""
    if one.kind == "since":
        return replace(one.mention, end=published)
    if one.kind == "this" and published and published.month <= 2 and "nay" not in one.mention.label:
        year = published.year - 1
        return replace(one.mention, start=date(year, 1, 1), end=date(year, 12, 31), code=f"{year}-Y")
    return one.mention


def _happened(cut: Scan, found: list[days.Day], year: int | None) -> PeriodMention | None:
    """The day or days of the event told: a run of days before a day, not the line that dates the text."""
    told = []
    for at, mention in days.events(cut.folded.text, found, year):
        sentence = cut.sentence_at(cut.token_at(at))
        running = sentence is not None and sentence.last - sentence.first > 12
        told.append((not running, mention.start == mention.end, at, mention))
    if not told:
        return None
    _, _, at, mention = min(told, key=lambda event: event[:3])
    return replace(mention, at=at)


def _as_written(period: PeriodMention | None, folded: Folded) -> PeriodMention | None:
    if period is None or period.at is None:
        return period
    label = folded.cased[period.at : period.at + len(period.label)]
    return replace(period, label=" ".join(label.split()), at=folded.start(period.at))


def _date(cut: Scan, items: list[Item], found: list[_Named], document: PeriodMention | None) -> None:
    """Gives each figure the period of its bracket, sentence or paragraph, where that is another than the document's."""
    useful = {"half", "months", "quarter", "month", "year", "range", "last", "day_range"}
    places_of = [one for one in found if one.found.kind in useful]
    for item in items:
        scope = None if item.period else _scope(cut, item, places_of)
        if scope is None:
            continue
        mention = _resolved(cut, scope, document)
        if (
            mention
            and mention.start
            and (document is None or (mention.start, mention.end) != (document.start, document.end))
        ):
            item.period = mention


class _Named(NamedTuple):
    """A period that the text names. governs: it opens its clause and is no comparison and no plan."""

    token: int
    paragraph: int
    found: dates.Found
    governs: bool


def _places(cut: Scan, found: list[dates.Found]) -> list[_Named]:
    """Periods by where they stand."""
    places = []
    for one in found:
        token = cut.token_at(one.start)
        sentence = cut.sentence_at(token)
        compared = "so" in cut.words[max(0, token - 3) : token]
        governs = not compared and not plans.forward_before(cut, token) and _adverbial(cut, token)
        places.append(_Named(token, sentence.paragraph if sentence else -1, one, governs))
    return places


def _scope(cut: Scan, item: Item, found: list[_Named]) -> _Named | None:
    """The period that the figure is of: right behind it, or the nearest before that governs."""
    if not found:
        return None
    figure = item.named.figure
    sentence = cut.sentences[figure.sentence]
    behind = bisect_left(found, (figure.first,))
    for one in found[behind : behind + 3]:
        if one.token == figure.last and one.found.kind != "last":
            return one  # "từ 15 cuộc năm 2021 lên 21 cuộc"
    for one in reversed(found[max(0, behind - _BACK) : behind]):
        here = sentence.first <= one.token
        if not here and one.paragraph != sentence.paragraph:
            return None
        if not one.governs or _bracket_closed(cut, one.token, figure.first):
            continue
        if one.found.kind == "last" and (not here or ";" in cut.words[one.token : figure.first]):
            continue
        return one
    return None


def _bracket_closed(cut: Scan, token: int, first: int) -> bool:
    """Whether a bracket around the period closes before the figure."""
    words = cut.words
    depth = 0
    for index in cut.between(_BRACKETS, token, first):
        depth += 1 if words[index] == "(" else -1
        if depth < 0:
            return True
    return False


def _resolved(cut: Scan, scope: _Named, document: PeriodMention | None) -> PeriodMention | None:
    """ "cùng kỳ", "cùng kỳ năm 2020": the document's period a year earlier, or in that year."""
    token, one = scope.token, scope.found
    same = one.kind == "last" or cut.words[max(0, token - 2) : token] == ["cùng", "kỳ"]
    if not same:
        return replace(one.mention, at=None if one.mention.at is None else cut.folded.start(one.mention.at))
    if document is None or document.start is None or document.end is None or document.code is None:
        return None
    back = document.start.year - one.mention.start.year if one.kind != "last" and one.mention.start else 1
    try:
        period = Period.parse(document.code)
        period = replace(period, year=period.year - back)
    except ValueError:
        return None
    return PeriodMention(period.start, period.end, one.mention.label, period.code, cut.folded.start(one.start))


# Readings


def _items(cut: Scan, begins: list[int], title: Sentence | None, taught: Taught | None) -> list[Item]:
    namer = Namer(cut, hits(cut, title.first, title.last) if title else [], taught)
    outlook = plans.Outlook(cut)
    items: list[Item] = []
    before: list[Figure] = []
    first_of_before = 0
    versus = ""
    for number in range(len(cut.sentences)):
        coming = outlook.turns(number)
        found = [] if coming else plans.results(cut, figures.figures(cut, begins, number, before))
        if not found:
            namer.pass_over(number)
            before = []
            continue
        shifts, deltas, earlier = changes.find(cut, found, before)
        kept = [i for i, figure in enumerate(found) if i not in deltas and figure.ratio_of not in deltas]
        for i in kept:
            of = found[i].ratio_of
            found[i].ratio_of = None if of is None else kept.index(of)
        place = {old: len(items) + new for new, old in enumerate(kept)}
        for shift in earlier:
            items[first_of_before + shift.of].change = shift.change
        first_of_before = len(items)
        before = [found[i] for i in kept]
        items += [Item(named) for named in namer.name(number, before)]
        for shift in shifts:
            # "so với cùng kỳ" is said once for the comparisons that follow
            versus = shift.change.versus or versus
            if shift.of in place:
                if before_it := items[place[shift.of]].change:
                    items[place[shift.of]].also.append(before_it)
                same = versus == shift.change.versus
                items[place[shift.of]].change = shift.change if same else replace(shift.change, versus=versus)
            if shift.since in place and shift.change.versus:
                items[place[shift.since]].period = _compared(shift.change.versus)
    return items


def _compared(versus: str) -> PeriodMention:
    """What "tăng từ 41 lên 58 so với năm 2016" says the 41 are of; days only where they need no reckoning."""
    said = dates.periods(dates.named(versus), None)
    if said and not versus.startswith("cùng kỳ"):
        return replace(said[0].mention, at=None)
    return PeriodMention(None, None, versus)


def _not_to_come(cut: Scan, items: list[Item], period: PeriodMention | None, published: date | None) -> list[Item]:
    """Without figures of a year after the report's: a text reports on no year that has not come."""
    ends = [day for day in (period.end if period else None, published) if day]
    if not ends:
        return items
    years = plans.years_to_come(cut, max(ends).year)
    dated = published is not None
    return [item for item in items if not plans.to_come(cut, item.named.figure, years, dated=dated)] if years else items


def _readings(cut: Scan, items: list[Item], title: Sentence | None) -> tuple[Reading, ...]:
    folded = cut.folded
    mentions = _mentions(cut, items, title)
    readings = []
    for index, item in enumerate(items):
        figure, named = item.named.figure, item.named
        confidence, alternatives = certainty(named)
        first, last = cut.starts[figure.first], cut.ends[_with_closing_mark(cut, figure) - 1]
        readings.append(
            Reading(
                folded.start(first),
                folded.end(last),
                folded.cased[first:last],
                figure.value,
                figure.unit,
                figure.qualifier,
                indicator=named.entry.code if named.entry else None,
                breakdown=named.breakdown,
                change=item.change,
                period=item.period,
                previous=changes.previous(item.value, item.unit, item.change) if item.change and item.exact else None,
                per=figure.per,
                part_of=item.part_of,
                mention_of=mentions.get(index),
                confidence=confidence,
                alternatives=alternatives,
                taught=named.taught,
            )
        )
    return tuple(readings)


def _with_closing_mark(cut: Scan, figure: Figure) -> int:
    """The token after the figure; a quotation that opens in it closes in it: 27 mô hình “Dân vận khéo”."""
    words, last = cut.words, figure.last
    opened = last < len(words) and words[last] == '"' and words[figure.first : last].count('"') % 2
    return last + bool(opened)


def _mentions(cut: Scan, items: list[Item], title: Sentence | None) -> dict[int, int]:
    """The body repeats a headline, exactly or where the headline rounds; b of a/b repeats a figure named before."""
    lead = _lead_sentence(cut, title)
    opening = bisect_right(items, lead, key=lambda item: item.named.figure.sentence)  # so many figures are in it
    entries = [item.named.entry for item in items]
    found: dict[int, int] = {}
    for index, item in enumerate(items):
        entry = entries[index]
        if entry is None or entry.code is None:
            continue
        # only the opening is repeated, but any figure may be a whole
        repeats = item.named.figure.ratio_of is None
        first, stop = (0, min(index, opening)) if repeats else (max(0, index - _BACK), index)
        for earlier in range(first, stop):
            if entries[earlier] is entry and earlier not in found and _same_fact(items[earlier], item, lead, cut.words):
                found[index] = earlier
                break
    return found


def _same_fact(earlier: Item, item: Item, lead: int, words: list[str]) -> bool:
    """Of two figures with one name."""
    a, b = earlier.named, item.named
    if earlier.period != item.period or not a.breakdown.items() <= b.breakdown.items():
        return False
    if b.figure.ratio_of is not None and a.figure.unit == b.figure.unit:
        return earlier.value == item.value
    if a.figure.sentence > lead or a.figure.sentence == b.figure.sentence:
        return False
    if earlier.value == item.value:
        return True
    if a.figure.qualifier == "exact":
        return claims.rounds_to(a.figure, item.value, words)
    rounded = abs(earlier.value - item.value) <= abs(item.value) / 20
    return rounded and {"over": earlier.value < item.value, "nearly": earlier.value > item.value}.get(
        a.figure.qualifier, True
    )
