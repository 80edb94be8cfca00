"""Which indicator a figure is: the noun counted, the register's cues around it, and what has become of the thing.

Nearness is grammar here: the noun's own tail, the item of the list, the sentence, the sentence before, the headline.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain

from danvan.narrative import lexicon
from danvan.narrative.lexicon import Entry
from danvan.narrative.reading import cues
from danvan.narrative.reading.around import Around, Named, Rival, Spoken
from danvan.narrative.reading.counting import MONEY, PERCENT, Figure
from danvan.narrative.reading.local import LocalTerm, Taught
from danvan.narrative.reading.nouns import divides
from danvan.narrative.reading.sayings import own_words
from danvan.narrative.reading.scan import Hit, Scan, Sentence

# How much a cue weighs by where it stands.

_BRACKETED = 1.5  # in a bracket right behind a figure of that register
_OF_ITS_FRACTION = 2.0  # a percentage, for the register of its fraction
_COUNTED = 2.0  # the whole of a/b was counted before
_GAP = 10  # tokens between a figure and its percentage
_SHARES = frozenset(["đạt", "chiếm", "bằng", "lệ", "ứng", "(", "="])
_OF_OTHER_THINGS = 5.0  # a sum of money, for gifts and funds
_VALUES = frozenset(["giá", "kinh", "phí", "tiền", "mỗi", "mức", "hết", "tốn", "tính", "cộng"])
_AT_ONCE = 7  # tokens from a thing to what it cost, where no word says so
_TO_VALUE = 16  # tokens from a thing to its value
_GIFT = "phần quà"
_PEOPLE = frozenset(  # and bodies: what a sum is given to, not what it is the price of
    [
        "người",
        "hộ",
        "lượt người",
        "đối tượng",
        "trẻ em",
        "học sinh",
        "phụ nữ",
        "hội viên",
        "đoàn viên",
        "cán bộ",
        "chức sắc",
        "công nhân",
        "đồng chí",
        "lượt",
        "lượt hội viên",
        "người có uy tín",
        "chiến sỹ",
        "tổ chức tôn giáo",
        "cơ sở",
        "đơn vị",
        "tổ chức",
        "thôn",
        "xã",
        "phường",
        "huyện",
        "quận",
        "tỉnh",
        "thị trấn",
        "chi hội",
        "doanh nghiệp",
        "khu dân cư",
        "đoàn",
        "cuộc",
        "buổi",
        "trường",
        "lượt nhân dân",
        "lượt cán bộ",
    ]
)
_LINKED = 0.9  # it goes on with a figure of that register
_TELLING_VALUE = 20  # from here up the same number of the same thing is one fact
_CONTINUED = 0.8  # the same thing was counted a moment ago
_SENTENCE_BEFORE = 0.4
_PARAGRAPH = 0.3
_EARLIER = 0.2  # anywhere before in the text
_HEADLINE = 0.45
_HEADING = 0.6  # the line without a full stop above
_SHORT = 18  # tokens: longer lines are no headings
_GOES_ON = 2.4  # it stands behind a figure of that register, in its sentence
_WORTH_A_LOOK = 1.8  # of what might have been meant
_COUNTS_NOTHING = cues.Noun((), "")  # a noun that the lexicon does not ask for


class Namer:
    """Names the figures of a document sentence by sentence, remembering what was spoken of before."""

    def __init__(self, scan: Scan, headline: Iterable[Hit], taught: Taught | None = None) -> None:
        self._scan, self._taught = scan, taught
        self._headline = cues.weighed(headline, _HEADLINE)
        self._paragraph = -1
        self._heading: dict[str, float] = {}
        self._before: dict[str, float] = {}
        self._earlier: dict[str, float] = {}
        self._sentence_before: dict[str, float] = {}
        self._last: dict[str, Named] = {}  # by unit of measure
        self._recent: list[Named] = []  # of the sentence before
        self._told: tuple[str, Figure] | None = None  # the last with a name in this sentence, and its register

    def pass_over(self, number: int) -> None:
        """A sentence without figures still says what is spoken of."""
        sentence = self._scan.sentences[number]
        self._enter(sentence.paragraph)
        if self._is_heading(sentence):
            self._heading = cues.spoken_of(self._scan, sentence, _HEADING)
        self._leave(cues.spoken_of(self._scan, sentence, _SENTENCE_BEFORE))

    def _is_heading(self, sentence: Sentence) -> bool:
        closed = self._scan.words[sentence.last - 1] in ".!?;,…"
        return sentence.line_start and sentence.last - sentence.first <= _SHORT and not closed

    def name(self, number: int, figures: list[Figure]) -> list[Named]:
        """Names for the figures of one sentence, in their order."""
        sentence = self._scan.sentences[number]
        self._enter(sentence.paragraph)
        found = cues.hits(self._scan, sentence.first, sentence.last)
        said = Spoken(self._scan, sentence, found, figures)
        background = dict(self._headline)
        for said_before in (self._heading, self._earlier, self._before, self._sentence_before):
            cues.strengthen(background, said_before)
        named: list[Named] = []
        self._told = None
        if self._recent and divides(self._scan, sentence):
            for one in self._recent:  # "... giám sát 562 cuộc. Trong đó cấp tỉnh 02 cuộc"
                if one.entry and one.entry.code:
                    said.tags.add(one.entry.tag)
                    self._told = one.entry.register, one.figure
        own = own_words(self._scan, figures)
        taught = self._taught.of(self._scan, sentence, figures) if self._taught else {}
        for index in range(len(figures)):
            around = Around(said, index, named)
            if index in own:
                known = self._named(figures[index], around, own[index])
            else:
                around.listen(said, index, background)
                known = self._name(around, figures, index, named)
            if index in taught:
                known = _as_taught(known, taught[index])
            named.append(known)
            if known.entry:
                said.tags.add(known.entry.tag)
                if known.entry.code:
                    self._told = known.entry.register, known.figure
                self._last[known.figure.unit] = known
                self._last[said.heads[index]] = known  # "17 cuộc đối thoại ..., Chủ tịch 11 cuộc"
        self._leave(cues.weighed(found, _SENTENCE_BEFORE))
        self._keep_contrasts(sentence, named)
        self._recent = named
        return named

    def _named(self, figure: Figure, around: Around, entry: Entry | None) -> Named:
        labels = around.labels()
        breakdown = {d: v for d, v in labels.items() if entry and (d, v) in entry.dims}
        return Named(figure, entry, around.state, breakdown, lexicon.THRESHOLD, labels, sure=True)

    def _keep_contrasts(self, sentence: Sentence, named: list[Named]) -> None:
        """A level breaks a figure down only beside other levels, in a sentence or in lines: "cấp tỉnh 5, cấp xã 40"."""
        for one in named:
            if one.entry and ("level", one.labels.get("level")) in one.entry.dims:
                others = (
                    n for n in (*self._recent, *named) if n.entry is one.entry and n.figure.unit == one.figure.unit
                )
                levels = {level for n in others if (level := n.labels.get("level"))}
                if one.sure and self._scan.words[one.figure.first - 1] == ":":
                    continue  # "Tổng số mô hình Dân vận khéo đang thực hiện, cấp xã: 46 mô hình"
                listed = "theo cấp" in self._scan.text(sentence.first, one.figure.first)
                if len(levels) < 2 and not listed:
                    del one.breakdown["level"]
                    continue
                for n in self._recent:  # the first of the lines is known to be one only at the second
                    if n.entry is one.entry and "level" in n.labels:
                        n.breakdown["level"] = n.labels["level"]

    def _enter(self, paragraph: int) -> None:
        if paragraph != self._paragraph:
            # A heading is a paragraph of its own and speaks for the next one.
            _remember(self._earlier, self._sentence_before, _EARLIER)
            self._before = {register: weight * 0.7 for register, weight in self._sentence_before.items()}
            self._sentence_before = {}
            self._paragraph = paragraph

    def _leave(self, said: dict[str, float]) -> None:
        _remember(self._before, self._sentence_before, _PARAGRAPH)
        _remember(self._earlier, self._sentence_before, _EARLIER)
        self._sentence_before = said

    def _name(self, around: Around, figures: list[Figure], index: int, earlier: list[Named]) -> Named:
        figure = figures[index]
        if figure.per and figure.unit not in (MONEY, _GIFT):
            return Named(figure, state=around.state)  # "mỗi cuộc chừng 70 người": how many on average
        weights = around.cues
        if figure.ratio_of is not None:
            return self._denominator(figure, around, weights, earlier)
        if figure.unit == PERCENT and self._speaks_of(earlier, figure):
            part = earlier[-2] if earlier[-1].figure.ratio_of is not None else earlier[-1]
            if part.entry or part.figure.known:
                return self._share(figure, around, part)
        elif index + 1 < len(figures) and figures[index + 1].ratio_of == index:
            if around.state in (None, "competent", "received") and around.resolved_too():
                around.state = "resolved"  # "giải quyết khiếu nại thuộc thẩm quyền 31/45 vụ"
            _add(weights, self._register_of(figures[index + 1], earlier), _COUNTED)
        elif figure.unit == PERCENT and around.state in (None, "competent") and around.settling():
            around.state = "resolved"
        self._pull(figure, around, weights, earlier)
        return self._best(figure, around, weights)

    def _pull(self, figure: Figure, around: Around, weights: dict[str, float], earlier: list[Named]) -> None:
        """What was named before speaks for a register: the same fact, the whole of a bracket, what it goes on with."""
        again = None if around.whole else self._again(figure, earlier)
        if again and again.entry:
            _add(weights, again.entry.register, _COUNTED)
            around.state = around.state or again.state
        elif around.link is not None and around.link.entry is not None:
            _add(weights, around.link.entry.register, _LINKED)
        if self._told is not None:
            register, before = self._told
            if (strength := around.strength_behind(before) * _GOES_ON) > weights.get(register, 0.0):
                weights[register] = strength
        last = self._last.get(figure.unit)
        if around.whole and around.whole.entry:
            _add(weights, around.whole.entry.register, _BRACKETED)
            last = None
        if last and last.entry and figure.sentence - last.figure.sentence <= 2:
            _add(weights, last.entry.register, _CONTINUED)
        if figure.unit == MONEY and self._of_other_things(figure, earlier):
            _add(weights, "vis", -_OF_OTHER_THINGS)
            _add(weights, "fund", -_OF_OTHER_THINGS)

    def _share(self, figure: Figure, around: Around, part: Named) -> Named:
        """The percentage of a part: of its register, else what the catalogue makes of it, else without a name."""
        around.state = part.state  # "87/96 vụ việc thuộc thẩm quyền, đạt 90%"
        if part.entry is None:
            return Named(figure, state=around.state)
        around.said |= part.words
        best = self._best(figure, around, {part.entry.register: _OF_ITS_FRACTION}, part.entry.register)
        if best.entry is None and part.entry.code in (rates := cues.index().rates):
            best.entry, best.score = lexicon.entry(rates[part.entry.code][1]), part.score
        return best

    def _of_other_things(self, figure: Figure, earlier: list[Named]) -> bool:
        """Whether a sum of money is the value of something counted right before it that is no gift: "7 căn nhà trị giá
        455 triệu đồng"."""
        words, depth = self._scan.words, self._scan.depth
        level = depth[figure.first]  # what a closed bracket holds is not what the sum is for
        things = [
            one for one in earlier if one.figure.unit not in (MONEY, PERCENT) and depth[one.figure.number] <= level
        ]
        if not things or (things[-1].entry is not None and things[-1].entry.code is not None):
            return False
        thing = things[-1].figure
        gap = words[thing.last : figure.first]
        if thing.unit in _PEOPLE or ";" in gap or len(gap) > (_TO_VALUE if ")" not in gap else 2 * _TO_VALUE):
            return False
        return not _VALUES.isdisjoint(gap) or (len(gap) < _AT_ONCE and "quà" not in gap and thing.known)

    def _again(self, figure: Figure, earlier: list[Named]) -> Named | None:
        """The same number of the same thing, said a moment ago: "... 361 vụ việc. Phân tích 361 vụ: ..."."""
        if figure.value < _TELLING_VALUE or figure.qualifier != "exact" or figure.unit in (MONEY, PERCENT):
            return None
        for one in chain(reversed(earlier), reversed(self._recent)):
            if one.figure.unit == figure.unit and one.figure.value == figure.value and one.entry and one.entry.code:
                return one
        return None

    def _speaks_of(self, earlier: list[Named], percent: Figure) -> bool:
        """Whether a percentage is of the figure right before it: "giải quyết 22/29 vụ việc, đạt 76%"."""
        if not earlier or earlier[-1].figure.unit == PERCENT:
            return False
        gap = self._scan.words[earlier[-1].figure.last : percent.first]
        return len(gap) <= _GAP and not _SHARES.isdisjoint(gap) and ";" not in gap

    def _register_of(self, whole: Figure, earlier: list[Named]) -> str:
        """The register of a fraction: where its whole was counted before, else of the nearest count it can be of."""
        counted = [n for n in (*self._recent, *earlier) if n.entry and n.entry.register in ("rec", "pet")]
        same = [n for n in counted if n.figure.value == whole.value]
        near = same or [n for n in counted if n.figure.sentence == whole.sentence]
        return near[-1].entry.register if near and near[-1].entry else ""

    def _best(self, figure: Figure, around: Around, weights: dict[str, float], register: str = "") -> Named:
        """The entry of the highest score. register: only its entries."""
        noun = cues.index().by_noun.get(figure.unit, _COUNTS_NOTHING)
        state, said, goes_on, close = around.state, around.said, around.goes_on, around.close & noun.near
        counts = noun.in_state[state]
        rivals: list[Rival] = []
        best, highest, least = None, 0.0, lexicon.THRESHOLD
        for of, counted in ((register, counts.get(register, ())),) if register else counts.items():
            cued = weights.get(of, 0.0)
            for weight, stated, entry, fits, asks in counted:
                score = weight + cued + stated
                if close and not close.isdisjoint(entry.near_words):
                    near = entry.near
                    score += sum([near[word] for word in near if word in close])
                if score > _WORTH_A_LOOK:
                    possible = fits and not (
                        asks
                        and (
                            (entry.after and goes_on not in entry.after) or (entry.must and entry.must.isdisjoint(said))
                        )
                    )
                    rivals.append((score, entry, possible))
                    if possible and score > highest and score >= least:
                        best, highest = entry, score
        labels = around.labels()
        breakdown = _broken_down(best, labels) if best else {}
        return Named(figure, best, state, breakdown, highest, labels, rivals, words=said)

    def _denominator(self, figure: Figure, around: Around, weights: dict[str, float], earlier: list[Named]) -> Named:
        """In "22/29 vụ việc" the 29 are the whole: named before, or the same thing without what has become of it."""
        for named in reversed([*self._recent, *earlier[:-1]]):
            if named.figure.unit == figure.unit and named.figure.value == figure.value and named.entry:
                return Named(figure, named.entry, None, dict(named.breakdown), named.score, others=named.others)
        part = earlier[-1]
        whole = cues.index().rates.get(part.entry.code or "", ("", ""))[0] if part.entry else ""
        if whole and part.entry and not part.entry.states:
            return Named(figure, lexicon.entry(whole), None, {}, part.score, others=part.others)
        if part.entry and part.entry.states:
            around.state = "competent" if around.competent_too() else None
            _add(weights, part.entry.register, _CONTINUED)
            return self._best(figure, around, weights)
        for entry in cues.index().by_noun.get(figure.unit, _COUNTS_NOTHING).entries:
            if part.entry and part.entry.code in entry.after:
                return Named(figure, entry, None, {}, part.score, others=part.others)
        return Named(figure, part.entry, part.state, dict(part.breakdown), part.score, part.labels, part.others)


def _broken_down(entry: Entry, labels: dict[str, str]) -> dict[str, str]:
    """What the noun implies, and those of the labels by which the catalogue breaks the indicator down."""
    breakdown = dict(entry.sets)
    for label in labels.items():
        if label in entry.dims:
            breakdown[label[0]] = label[1]
    return breakdown


def _remember(weights: dict[str, float], said: dict[str, float], part: float) -> None:
    """Raises each register to a part of what it was in the sentence before, where that is more."""
    for register, weight in said.items():
        if (kept := weight * part / _SENTENCE_BEFORE) > weights.get(register, 0.0):
            weights[register] = kept


def _add(weights: dict[str, float], register: str, weight: float) -> None:
    weights[register] = weights.get(register, 0.0) + weight


def _as_taught(known: Named, term: LocalTerm) -> Named:
    """The figure with the name that people gave it; what it would have been without stays among the others."""
    entry = lexicon.entry(term.indicator) if term.indicator else None
    labels = {d: v for d, v in known.labels.items() if entry and (d, v) in entry.dims}
    others = [*known.others, *([(known.score, known.entry, True)] if known.entry else [])]
    breakdown = {**labels, **term.breakdown}
    return replace(known, entry=entry, breakdown=breakdown, others=others, sure=True, taught=term.phrase)
