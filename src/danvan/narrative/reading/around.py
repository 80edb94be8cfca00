"""What stands around a figure in its sentence: words close by, what has become of the thing, labels of a breakdown."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache

from danvan.narrative import lexicon
from danvan.narrative.lexicon import Entry
from danvan.narrative.reading import cues
from danvan.narrative.reading.counting import Figure
from danvan.narrative.reading.cues import Cue
from danvan.narrative.reading.scan import Hit, Phrases, Scan, Sentence

# How much a cue weighs by where it stands.
_IN_TAIL = 1.1
_IN_ITEM = 1.0
_STEP = 0.12  # less for every comma, bracket or figure between
_LEAST = 0.3
_LEAST_BEHIND = 0.2
_LATER = 0.8
_CLAUSES = 2  # separators that a semicolon counts for besides
_CLOSE = 0.7  # near words count from here up
_SEPARATORS = frozenset(",;:()")
_TAIL_ENDS = frozenset(", ; : ( ) và với để nhằm góp giúp trong có so tăng giảm cho đồng tới sang".split())  # noqa: SIM905
_ORGANIZING = (["tổ", "chức"], ["đã", "tổ"])
_STOPS = frozenset(",;:().")
_TO_BRACKET = 9  # tokens between a whole and the bracket with its parts
_LINK = 4  # tokens between two figures of which the later goes on with the earlier
_LINKS = frozenset(
    [",", "và", "với", "có", "cho", "gồm", "/", "của", "thu", "hút", "dự", "tham", "gia", "nghe", "được"]
)
_TAIL = 8
# What the grammar sees around a figure, for the lexicon to ask for.
_OWNER_HAS, _GIFTS_TO, _OTHER_KIND, _OF_A_PAIR = "<owner has>", "<gifts to>", "<of another kind>", "<of a pair>"
_FOR, _COST, _ORGANIZES = "<for>", "<cost>", "<organizes>"
_HAS = frozenset(["có", "quản", "lý", "hiện", "với", "tập", "hợp", "đang", "tổng", "số"])
_REACHES = frozenset(["cho", "tới", "đến", "tay"])  # before people whom a gift reaches
_FROM_GIFT = 9  # tokens from the gift to them
_TO = frozenset(["cho", "tới", "đến", "các", "những"])
_PREDICATE = 12  # tokens
_DONE = frozenset(["resolved", "processed"])
_RECEIVED = 14  # tokens from people to what they were given
_AND = frozenset([",", "và"])
_SHARED = frozenset(["được", "đã", "đăng"])  # opens such a predicate
_OWNER = 8  # tokens from the body to its number
_NOWHERE = 1 << 60  # a token behind all others
_FAR = 100  # tokens: what stands further off says nothing of a figure


# An entry with its score; whether it is possible, or lacks a state or a word that it must have.
Rival = tuple[float, Entry, bool]


@dataclass(slots=True)
class Named:
    """A figure with its name. entry None: none fits."""

    figure: Figure
    entry: Entry | None = None
    state: str | None = None
    breakdown: dict[str, str] = field(default_factory=dict)
    score: float = 0.0
    labels: dict[str, str] = field(default_factory=dict)  # whether or not the indicator is broken down so
    others: list[Rival] = field(default_factory=list)  # the entries that it might have been
    sure: bool = False  # said in the house's own words, or taught
    taught: str = ""  # the phrase of the local term
    words: set[str] = field(default_factory=set)  # what was said of it


@lru_cache(maxsize=1)
def _bodies() -> Phrases:
    return Phrases(lexicon.load().grammar["owners"])


@lru_cache(maxsize=1)
def _plain() -> frozenset[str]:
    """Words that say nothing of the kind of what was counted."""
    return frozenset([*lexicon.load().grammar["stop"], *lexicon.load().grammar["plain"]])


# A phrase of the sentence at tokens start..end (exclusive), and how many commas, brackets and figures of the sentence
# stand before its start and before its end.
Heard = tuple[int, int, int, int, Cue]
State = tuple[int, int, str]  # what has become of the thing, said at tokens start..end


class Spoken:
    """What the figures of a sentence share: its phrases and where commas, brackets and figures part them."""

    def __init__(self, scan: Scan, sentence: Sentence, found: list[Hit], figures: list[Figure]) -> None:
        self.scan, self.depth, self.found, self.figures = scan, scan.depth, found, figures
        words, separators = scan.words, scan.among(_SEPARATORS, sentence)
        self.breaks = sorted([*separators, *[figure.number for figure in figures]])
        self.semicolons = [at for at in separators if words[at] == ";"]
        known, breaks = cues.index().cues, self.breaks
        self.tags = set[str]()  # of the entries named so far
        self.heard: list[Heard] = []
        self.states: list[State] = []
        self.labels: list[Hit] = []
        self._giving: list[int] = []  # where a phrase of giving ends
        self._given: list[int] = []  # where one of what was given begins
        for hit in found:
            start, end, phrase = hit
            cue = known[phrase]
            self.heard.append((start, end, bisect_left(breaks, start), bisect_left(breaks, end), cue))
            if cue.state is not None:
                self.states.append((start, end, cue.state))
            if cue.labels:
                self.labels.append(hit)
            if cue.gives:
                self._giving.append(end)
            if cue.given:
                self._given.append(start)
        self._first = sentence.first
        self._short = sentence.last - sentence.first <= _FAR
        self.heads = [figure.head for figure in figures]
        self.list_from = self._lists(self.heads)
        self._counts_gifts = "phần quà" in [figure.unit for figure in figures]
        self._brackets = [at for at in separators if words[at] in "()"]
        self.wholes = [self._whole(index) if self._brackets else None for index in range(len(figures))]
        self.links = [self._link(index) for index in range(len(figures))]
        self.predicates = self._predicates()

    def _whole(self, index: int) -> int | None:
        """The figure right behind which the bracket opens that this one stands in: "55 mô hình (kinh tế 16, ...)"."""
        figure, words = self.figures[index], self.scan.words
        place = bisect_left(self._brackets, figure.first)
        if not place or words[opening := self._brackets[place - 1]] == ")":
            return None
        for before in range(index - 1, -1, -1):
            one = self.figures[before]
            if one.last <= opening:
                gap = words[one.last : opening]
                return before if len(gap) <= _TO_BRACKET and ";" not in gap and ":" not in gap else None
        return None

    def _link(self, index: int) -> int | None:
        """The figure before that this one goes on with: "46 lượt công dân (12 vụ việc), 60 người"."""
        figure, words, depth = self.figures[index], self.scan.words, self.depth
        level = depth[figure.first]
        for before in range(index - 1, -1, -1):
            one = self.figures[before]
            if depth[one.number] > level:
                continue
            if depth[one.number] < level or one.last > figure.first:
                return None
            between = words[one.last : figure.first]
            if self._brackets:
                between = [word for at, word in enumerate(between, one.last) if depth[at] <= level and word not in "()"]
            return before if len(between) <= _LINK and _LINKS.issuperset(between) else None
        return None

    def near(self, figure: Figure) -> tuple[list[Heard], list[State], list[Hit]]:
        """Phrases, states and labels that do not stand too far off."""
        if self._short:
            return self.heard, self.states, self.labels
        first, last = figure.first - _FAR, figure.last + _FAR
        return (
            self.heard[bisect_left(self.found, (first,)) : bisect_left(self.found, (last,))],
            [state for state in self.states if first <= state[0] < last],
            [label for label in self.labels if first <= label[0] < last],
        )

    def has_owner(self, index: int) -> bool:
        """ "Hội Nông dân xã có 1.432 hội viên": a body of the sentence, and a verb of having before the number."""
        words, figure = self.scan.words, self.figures[index]
        verb = figure.first
        while verb > self._first and words[verb - 1] in _HAS:
            verb -= 1
        if verb == figure.first:
            link = self.links[index]  # "toàn tỉnh có 1.904 công đoàn cơ sở, 312.000 đoàn viên"
            return link is not None and self.has_owner(link)
        begin = max(self._first, verb - _OWNER)
        owners = _bodies().all(words, begin, verb)
        return bool(owners) and _SEPARATORS.isdisjoint(words[owners[0][1] : verb])

    def _predicates(self) -> list[int]:
        """For each figure where the predicate begins that "12 tập thể và 18 cá nhân được tặng giấy khen" share; 0 where
        none does."""
        words, figures, begins = self.scan.words, self.figures, [0] * len(self.figures)
        for index in range(len(figures) - 2, -1, -1):
            end, following = figures[index].last, figures[index + 1]
            if self.links[index + 1] == index and _AND.issuperset(words[end : following.first]):
                last = following.last
                opens = last < len(words) and words[last] in _SHARED
                begins[index] = begins[index + 1] or (last if opens else 0)
        return begins

    def is_given(self, index: int) -> bool:
        """ "thăm, tặng quà (cho) 30 hộ", "30 hộ được tặng quà"; but where the gifts are counted, they are."""
        words, figure = self.scan.words, self.figures[index]
        if self._given:
            following = self.figures[index + 1].first if index + 1 < len(self.figures) else _NOWHERE
            stop = min(following, figure.last + _RECEIVED)
            if bisect_left(self._given, figure.last) < bisect_left(self._given, stop):
                return True
        if self._counts_gifts:
            return False
        first = figure.first
        if words[first - 1] in _REACHES:
            begin = first - 1
            while begin > self._first and words[begin - 1].isalpha() and first - begin < _FROM_GIFT:
                begin -= 1
            if "quà" in words[begin:first]:
                return True  # "quà Tết còn tới 312 hộ dân"
        while first > self._first and words[first - 1] in _TO:
            first -= 1
        return first in self._giving

    def is_described(self, token: int) -> bool:
        """Whether words that nobody knows say behind the noun of what kind it is: "6 mô hình nhà trọ văn hóa"."""
        word = self.scan.words[token]
        if word == '"':  # opens the name of another, and does not close that of these
            return self.scan.words[token - 1] != "khéo" and self.scan.words[token + 1 : token + 3] != ["dân", "vận"]
        if not word.isalpha() or word in _plain():
            return False
        following = bisect_left(self.found, (token + 1,))  # the first phrase behind the token
        return not (following and self.found[following - 1][1] > token)

    def _lists(self, heads: list[str]) -> list[int]:
        """For each figure the number behind which all figures up to it count the same thing."""
        begins = [-1] * len(heads)
        for index in range(1, len(heads)):
            same = heads[index] == heads[index - 1]
            begins[index] = begins[index - 1] if same else self.figures[index - 1].number
        return begins


class Around:
    """What stands around one figure: cues by register, words close by, the governing state, labels of a breakdown."""

    def __init__(self, said: Spoken, index: int, earlier: list[Named]) -> None:
        self._scan, self._breaks, self._semicolons, figures = said.scan, said.breaks, said.semicolons, said.figures
        self._depth = said.depth
        self._figure = figures[index]
        self._heard, self._states, self._label_hits = said.near(self._figure)
        self._earlier = earlier
        head = index  # a/b and a lượt/b người share what stands before a
        while head and (figures[head].ratio_of is not None or figures[head].after_slash):
            head -= 1
        self._first = figures[head].first
        self._left = figures[head - 1].last if head else -1
        self._right: int | None = None
        for following in figures[index + 1 : index + 4]:
            if following.first > self._figure.last:
                self._right = following.first
                break
        self._shared = said.predicates[index]
        self._list_from = said.list_from[index]  # from here on all figures count the same thing
        self._tail_end = self._find_tail_end()
        self._predicate_end = self._find_predicate_end()
        self.whole = earlier[whole] if (whole := said.wholes[head]) is not None and whole < len(earlier) else None
        goes_on = index if self._figure.after_slash else head
        self.link = earlier[link] if (link := said.links[goes_on]) is not None and link < len(earlier) else None
        before = self.whole or self.link
        self.goes_on = before.entry.code if before and before.entry else None
        self.state = self._state()
        self.cues: dict[str, float] = {}
        self.close: set[str] = set()
        self.said: set[str] = set()

    def listen(self, said: Spoken, index: int, background: dict[str, float]) -> None:
        """Takes in the words around; a figure in the house's own words has a name without them.

        background: how strongly registers were spoken of before.
        """
        self.cues = dict(background)
        behind = bisect_left(self._heard, (self._first,))
        self._weigh_before(self._heard[:behind])
        self._weigh_behind(self._heard[behind:])
        if self.link is not None:
            self.said |= self.link.words
        figure = self._figure
        self.said |= said.tags
        self.close |= said.tags
        if self.whole is not None and self.whole.entry:
            self.said.add(self.whole.entry.tag)
        if index + 1 < len(said.figures) and said.figures[index + 1].ratio_of == index:
            self.said.add(_OF_A_PAIR)
        words = self._scan.words
        before = words[self._first - 1] if self._first else ""
        if before == "cho":
            self.close.add(_FOR)
        elif before in ("hết", "tốn"):
            self.close.add(_COST)
        if words[figure.last : figure.last + 2] in _ORGANIZING:
            self.close.add(_ORGANIZES)
        if self._tail_end - figure.last <= 1 and said.has_owner(index):
            self.said.add(_OWNER_HAS)
        if said.is_given(index):
            self.said.add(_GIFTS_TO)
            self.close.add(_GIFTS_TO)
        if figure.known and figure.last < self._tail_end and said.is_described(figure.last):
            self.close.add(_OTHER_KIND)
            self.said.add(_OTHER_KIND)

    def _find_tail_end(self) -> int:
        words, end = self._scan.words, self._figure.last
        stop = min(len(words), end + _TAIL)
        if self._right is not None and self._right < stop:
            stop = self._right
        if end < stop and words[end] == "có":  # ends a tail, and may open one
            end += 1
        while end < stop and words[end] not in _TAIL_ENDS:
            end += 1
        return end

    def _find_predicate_end(self) -> int:
        """Where "96 mô hình đã được các huyện học theo và nhân rộng" ends."""
        words, begin = self._scan.words, self._figure.last
        if begin >= len(words) or words[begin] not in ("được", "đã"):
            return self._tail_end
        stop = min(len(words), begin + _PREDICATE, *([] if self._right is None else [self._right]))
        end = begin
        while end < stop and words[end] not in _STOPS:
            end += 1
        return max(end, self._tail_end)

    def strength_behind(self, before: Figure) -> float:
        """How much the name of a figure before says of this one, by how much parts them."""
        between = bisect_left(self._breaks, self._first) - bisect_left(self._breaks, before.last)
        return max(_LEAST, 0.9 - _STEP * between)

    def _weigh_before(self, heard: list[Heard]) -> None:
        weights, said, close, parted = self.cues, self.said, self.close, bisect_left(self._breaks, self._first)
        for start, end, _, closes, cue in heard:
            tier = 0.9 - _STEP * (parted - closes) if parted != closes else _IN_ITEM
            if tier < _LEAST:
                tier = _LEAST
            # close by, or before a list whose figures all count the same thing: they share the word
            if tier >= _CLOSE or end > self._list_from:
                said.add(cue.phrase)
                if tier >= _LATER or (
                    tier >= _CLOSE and not (self._earlier and self._in_earlier_tail(start, end, alike=True))
                ):
                    close.update(cue.inside)
            for register, strength in cue.registers:
                if strength * tier > weights.get(register, 0.0):
                    weights[register] = strength * tier

    def _weigh_behind(self, heard: list[Heard]) -> None:
        weights, figure, tail_end, shared = self.cues, self._figure, self._tail_end, self._shared
        parted, semicolon = bisect_left(self._breaks, figure.last), bisect_left(self._semicolons, figure.last)
        right = _NOWHERE if self._right is None else self._right
        clause_end = self._semicolons[semicolon] if semicolon < len(self._semicolons) else _NOWHERE
        for start, end, opens, _, cue in heard:
            if end <= figure.number_end or start < figure.number_end - 1:
                continue  # inside the number
            if start < tail_end or (shared and shared <= start < shared + _PREDICATE):
                tier = _IN_TAIL
            else:
                between = opens - parted + (start >= right) + _CLAUSES * (start > clause_end)
                tier = _LATER - 0.1 * between
                if tier < _LEAST_BEHIND:
                    tier = _LEAST_BEHIND
            if tier >= _LATER:
                self.said.add(cue.phrase)
                self.close.update(cue.inside)
            for register, strength in cue.registers:
                if strength * tier > weights.get(register, 0.0):
                    weights[register] = strength * tier

    def _state(self) -> str | None:
        figure, right = self._figure, self._right
        left_over = self._first > 0 and self._scan.words[self._first - 1] == "còn"
        for start, end, state in self._states:
            tail = end > figure.last and figure.number_end <= start < self._predicate_end
            if tail and (right is None or end < right or self._tail_end < right):
                if state == "competent" and self._just_resolved():
                    return "resolved"  # "đã giải quyết 1.770 đơn thuộc thẩm quyền"
                return "pending" if left_over and state in _DONE else state  # "còn 5 ý kiến chờ trả lời"
        if left_over:
            return "pending"
        depth = self._depth
        level = depth[self._first] if self._first < len(depth) else 0
        for start, end, state in reversed(self._states):
            # what a closed bracket says, it says of the figures in it
            if end <= self._first and depth[start] <= level and not self._in_earlier_tail(start, end):
                if self._new_clause(end):
                    return None
                if self.whole is not None and start < self.whole.figure.last:
                    return self.whole.state
                return "received" if state in _DONE and self._received_too(start) else state
        return self.whole.state if self.whole is not None else None

    def _just_resolved(self) -> bool:
        """Whether a word of settling stands right before the figure."""
        return any(
            state == "resolved" and 0 <= self._first - end <= 1 and not self._in_earlier_tail(start, end)
            for start, end, state in self._states
        )

    def _received_too(self, start: int) -> bool:
        """ "tiếp nhận và trả lời 17 đơn": all that came in."""
        if self._scan.words[start - 1] != "và":
            return False
        return any(state == "received" and end == start - 1 for _, end, state in self._states)

    def _new_clause(self, end: int) -> bool:
        """Whether a clause of its own begins between: "duy trì 6 mô hình chăn nuôi; có 9 mô hình ..."."""
        words = self._scan.words
        between = words[end : self._first]
        if ";" not in between or between[-1] != "có":
            return False
        opening = between[len(between) - between[::-1].index(";")]
        return opening in ("có", "riêng", "còn", "ngoài", "toàn", "cả")

    def resolved_too(self) -> bool:
        """Whether the clause speaks of settling before it gives its figure, or behind its noun."""
        return any(state == "resolved" and self._of_the_clause(start, end) for start, end, state in self._states)

    def settling(self) -> bool:
        """Whether a percentage is of settling: "tỷ lệ giải quyết đơn thuộc thẩm quyền đạt 95%"."""
        return any(
            cue.phrase.startswith("giải quyết") and self._of_the_clause(start, end)
            for start, end, _, _, cue in self._heard
        )

    def competent_too(self) -> bool:
        """Whether the whole of "87/96 vụ việc thuộc thẩm quyền" is said to be of competence."""
        return any(state == "competent" and self._of_the_clause(start, end) for start, end, state in self._states)

    def _of_the_clause(self, start: int, end: int) -> bool:
        if start >= self._figure.last:
            return start < self._tail_end
        clause = ";" not in self._scan.words[end : self._first]
        return end <= self._first and clause and not self._in_earlier_tail(start, end)

    def _in_earlier_tail(self, start: int, end: int, *, alike: bool = False) -> bool:
        """Behind the noun of an earlier figure a state speaks of that figure alone. alike: one of the same unit."""
        words = self._scan.words
        for named in reversed(self._earlier):
            last = named.figure.last
            if last <= end and named.figure.number < start:
                if alike and named.figure.unit != self._figure.unit and named.figure.head != self._figure.head:
                    continue
                if start < last:
                    return True
                return start - last < 3 and _TAIL_ENDS.isdisjoint(words[last:start])
        return False

    def labels(self) -> dict[str, str]:
        """Labels directly before the figure or behind its noun: dimension -> value."""
        if not self._label_hits and not self._earlier:
            return {}
        breakdowns = lexicon.load().breakdowns
        found: dict[str, set[str]] = {}
        for start, end, phrase in self._label_hits:
            if self._labels(start, end) or self._in_tail_list(start, end):
                for dimension, value in breakdowns[phrase]:
                    found.setdefault(dimension, set()).add(value)
        # several values in a row: the whole is spoken of, not one of its parts
        values = {dimension: next(iter(labels)) for dimension, labels in found.items() if len(labels) == 1}
        self._carry(values)
        return values

    def _labels(self, start: int, end: int) -> bool:
        """Before the figure, in its own item of the list."""
        if not self._left <= start or end > self._first or self._in_earlier_tail(start, end):
            return False
        between = self._scan.words[end : self._first]
        return ";" not in between and len(between) <= 8

    def _in_tail_list(self, start: int, end: int) -> bool:
        """In the noun's tail, or in a row of labels that begins there."""
        if end <= self._figure.number_end or start < self._figure.number_end:
            return False
        if start < self._tail_end:
            return True
        words = self._scan.words
        opens = any(self._figure.number_end <= label[0] < self._tail_end for label in self._label_hits)
        return (
            opens
            and ";" not in words[self._tail_end : start]
            and (self._right is None or end < self._right - 3 or "(" in words[end : self._right])
        )

    def _carry(self, values: dict[str, str]) -> None:
        """ "khiếu nại về hành chính 408 vụ việc, về tư pháp 11 vụ việc": the head is said once."""
        if "matter_type" in values or not self._earlier:
            return
        earlier = self._earlier[-1]
        if "matter_type" in earlier.labels:
            between = self._scan.words[earlier.figure.last : self._first]
            if between[:1] == [","] and between[1:2] in (["về"], ["lĩnh"]):
                values["matter_type"] = earlier.labels["matter_type"]
