"""Numbers without a measure of their own: the list, the bracket or the row that they stand in says what they count."""

from __future__ import annotations

from collections.abc import Sequence

from danvan.narrative.reading.counting import MONEY, PERCENT, Figure, vocabulary
from danvan.narrative.reading.scan import Scan, Sentence, is_number, is_word

_LABEL = 8  # words of an item's label
_HEAD = 12  # tokens before a colon in which the head of a list is sought
_HAS = frozenset("hiện có gồm là như sau cụ thể được của các đơn vị theo từng tổ chức cơ sở đến nay".split())  # noqa: SIM905
_OPENS = frozenset("(:")
_WITH = frozenset(["mới", "cũ", "duy", "nâng", "với", "cho", "tại", "ở", "của", "do", "về", "thuộc"])
_TURNS = frozenset(["nếu", "xếp", "phân", "chia", "tính", "cũng", "khi", "còn", "số"])  # before "theo lĩnh vực"
_TIMES = frozenset(["năm", "cùng", "kỳ", "trước", "ngoái", "quý", "tháng", "số", "là", ":", "của", "đầu", "đó"])
_ITEM_ENDS = frozenset([";", "(", ")"])  # before a colon an item may have commas: "số buổi tuyên truyền, vận động: 64"
_CLAUSE_ENDS = _ITEM_ENDS | {","}
_PLACES = frozenset(["xã", "phường", "huyện", "quận", "tỉnh", "thôn", "đơn vị", "cơ sở"])
_OF_PLACES = frozenset(["toàn", "cả", "cấp", "của", "các", "tại", "ở", "trong"])
_DOINGS = frozenset(["công nhận", "giải quyết", "duy trì", "xử lý", "trả lời", "tiếp thu", "nhân rộng"])
_NEAR = 5  # tokens between a part and its percentage
_SHARES = frozenset(["đạt", "chiếm", "bằng", "tỷ"])


def divides(scan: Scan, sentence: Sentence) -> bool:
    """Whether a sentence opens as one that parts a count of the one before: "Trong đó ...", "Theo lĩnh vực: ..."."""
    words, divides_ = scan.words, vocabulary().divides
    for start in range(sentence.first, sentence.last):
        if start - sentence.first > 1 and not _TURNS.issuperset(words[sentence.first : start]):
            return False
        if divides_.longest_at(words, start, sentence.last):
            return True
    return False


def of_whole_before(scan: Scan, sentence: Sentence, before: Sequence[Figure], bare: Sequence[Figure]) -> str:
    """ "... có 1.862 mô hình. Trong đó: kinh tế 640; văn hóa 713.": the noun of the whole, one sentence back.

    The whole is the count that the numbers make, else the last one.
    """
    if not divides(scan, sentence):
        return ""
    wholes = [figure for figure in before if figure.unit not in (PERCENT, MONEY)]
    total = sum(figure.value for figure in bare)
    return next((one.unit for one in (*(w for w in wholes if w.value == total), *reversed(wholes))), "")


def give(scan: Scan, sentence: Sentence, found: list[Figure], bare: list[Figure], whole_before: str) -> None:
    """Numbers without a measure of their own take it from the list that they stand in, else they are no figures."""
    words = scan.words
    lists = _nouns_of_lists(scan, sentence, found, bare)
    headed = []
    for figure in reversed(bare):
        if noun := _noun_after(words, figure, found) or _noun_before(scan, figure, sentence):
            figure.unit = noun
            headed.append(figure)
            found.append(figure)
    for figure in reversed(bare):
        unit = figure.unit or (
            lists.get(figure.number)
            or _noun_of_row(scan, figure, sentence)
            or _noun_of_whole(scan, figure, sentence, found)
            or _noun_of_bracket(scan, figure, sentence, found)
            or (whole_before if is_word(words[figure.first - 1]) else "")
        )
        if unit and not figure.unit:
            figure.unit, figure.elliptical = unit, True
            found.append(figure)
    for figure in headed:
        figure.elliptical = True
    for figure in bare:  # when all wholes are known
        noun = (
            None
            if figure.unit
            else _noun_of_share(scan, figure, sentence, found)
            or _noun_of_then(words, figure, found)
            or _noun_of_doing(words, figure, found)
        )
        if noun:
            figure.unit, figure.elliptical = noun, True
            found.append(figure)


def _noun_after(words: list[str], figure: Figure, found: list[Figure]) -> str | None:
    """ "12, 15 và 20 mô hình": the noun once, at the end."""
    following = min((f for f in found if f.first > figure.number), key=lambda f: f.first, default=None)
    if following and following.first == figure.last + 1 and words[figure.last] in (",", "và", "lên", "xuống"):
        return following.unit if following.unit != PERCENT else None
    return None


def _noun_of_row(scan: Scan, figure: Figure, sentence: Sentence) -> str | None:
    """A table's row with one number: its label says what is counted. Several columns would need their heads read."""
    last = sentence.last
    if not sentence.line_start or not scan.opens_cell(figure.first):
        return None
    numbered = [i for i in range(sentence.first + 1, last) if is_number(scan.words[i]) and scan.opens_cell(i)]
    if [i for i in numbered if i + 1 == last or scan.opens_cell(i + 1)] != [figure.number]:
        return None
    measures = vocabulary().measures.all(scan.words, sentence.first, figure.first)
    return vocabulary().measure_of[measures[0][2]] if measures else None


def _nouns_of_lists(scan: Scan, sentence: Sentence, found: list[Figure], bare: list[Figure]) -> dict[int, str]:
    """ "Kết nạp hội viên: phụ nữ 62, nông dân 48", "8 vụ, thành 7, không thành 1": labels and numbers under one head.

    Two such items at least make a list. Gives the noun for the token of each number in it.
    """
    nouns: dict[int, str] = {}
    if len(bare) < 2:
        return nouns
    runs: list[tuple[int, list[Figure]]] = []
    for figure in bare:
        begin = _label(scan.words, figure, sentence)
        if begin is None:
            continue
        if runs and runs[-1][1][-1].last == begin - 1:
            runs[-1][1].append(figure)
        else:
            runs.append((begin, [figure]))
    for begin, run in runs:
        if len(run) > 1 and (noun := _head_of_list(scan, begin, sentence, found)):
            nouns.update((figure.number, noun) for figure in run)
    return nouns


def _head_of_list(scan: Scan, begin: int, sentence: Sentence, found: list[Figure]) -> str | None:
    """The noun before the colon that opens the list, or that of the figure right before it."""
    words, know = scan.words, vocabulary()
    if words[begin - 1] == ":":
        heads = know.measures.all(words, max(sentence.first, begin - _HEAD), begin - 1)
        if heads:
            _, end, phrase = heads[-1]
            if _HAS.issuperset(words[end : begin - 1]):
                return know.measure_of[phrase]
    wholes = (f for f in found if f.last == begin - 1 and f.unit not in (PERCENT, MONEY))
    return next((f.unit for f in wholes), None)


def _label(words: list[str], figure: Figure, sentence: Sentence) -> int | None:
    """The token where the item's label begins, if it is a short one between separators: "; nông dân 48"."""
    begin = figure.first
    if begin > sentence.first and words[begin - 1] == ":":
        begin -= 1
    end = begin
    while begin > sentence.first and is_word(words[begin - 1]) and end - begin <= _LABEL:
        begin -= 1
    if not 0 < end - begin <= _LABEL or begin == sentence.first or words[begin - 1] not in ",;:(":
        return None
    return begin


def _noun_before(scan: Scan, figure: Figure, sentence: Sentence) -> str | None:
    """ "Tổng số đơn tiếp nhận: 29": the noun before, with "số" or a colon between it and the number."""
    words, know = scan.words, vocabulary()
    left = figure.first - 1
    if left < sentence.first or words[left] not in (":", "là", "=", "được", "có", "lên"):
        return None
    begin = left
    ends = _ITEM_ENDS if words[left] == ":" else _CLAUSE_ENDS
    while (
        begin > sentence.first
        and words[begin - 1] not in ends
        and left - begin < 14
        and not is_number(words[begin - 1])
    ):
        begin -= 1
    counted = [at for at in range(begin, left) if words[at] in ("số", "lượng")]
    last = None
    for at, _, phrase in know.measures.all(words, counted[-1] if counted else begin, left):
        unit = know.measure_of[phrase]
        if last is None or not (counted or (unit in _PLACES and words[at - 1] in _OF_PLACES)):
            last = unit
    return last if last and (counted or words[left] in ":=") else None


def _noun_of_whole(scan: Scan, figure: Figure, sentence: Sentence, found: list[Figure]) -> str | None:
    """ "55 mô hình (kinh tế 16, văn hóa 21)": a label before the number and a whole before the bracket or colon."""
    words = scan.words
    if not is_word(words[figure.first - 1]) or figure.first == sentence.first:
        return None
    begin = figure.first - 1
    while (
        begin > sentence.first and words[begin] not in ("(", ":", "gồm") and words[begin - 2 : begin] != ["trong", "đó"]
    ):
        begin -= 1
    wholes = [f for f in found if f.last <= begin and not f.elliptical and f.unit != PERCENT]
    if begin == sentence.first or not wholes:
        return None
    return max(wholes, key=lambda f: f.number).unit


def _noun_of_bracket(scan: Scan, figure: Figure, sentence: Sentence, found: list[Figure]) -> str | None:
    """ "05 hội nghị (02 với Nhân dân, 01 với thanh niên)": numbers in a bracket right behind the whole."""
    words = scan.words
    if words[figure.first - 1] not in "(,;:" or figure.last >= sentence.last or words[figure.last] not in _WITH:
        return None
    opens = scan.between(_OPENS, sentence.first, figure.first)
    wholes = [f for f in found if opens and f.last == opens[-1] and f.unit not in (PERCENT, MONEY)]
    return wholes[0].unit if wholes and ")" not in words[opens[-1] : figure.first] else None


def _noun_of_doing(words: list[str], figure: Figure, found: list[Figure]) -> str | None:
    """ "chấm 20 mô hình, công nhận 17"; "49 mô hình là của tập thể, 24 của cá nhân"."""
    before = max((f for f in found if f.last < figure.first), key=lambda f: f.number, default=None)
    if before is None or before.unit in (PERCENT, MONEY):
        return None
    gap = words[before.last : figure.first]
    if gap and gap[0] in (",", ";") and len(gap) <= _NEAR and " ".join(gap[-2:]) in _DOINGS:
        return before.unit
    told = gap[gap[:1] == ["là"] :]
    alike = len(told) <= _NEAR and told[:1] == words[figure.last : figure.last + 1] and told[:1] in (["của"], ["với"])
    return before.unit if alike and gap[-1] in (",", "và") else None


def _noun_of_then(words: list[str], figure: Figure, found: list[Figure]) -> str | None:
    """ "31 (năm 2018: 24)", "86 cuộc (cùng kỳ 71)": the same count of another time."""
    opening = figure.first - 1
    while opening > 0 and (words[opening] in _TIMES or is_number(words[opening])):
        opening -= 1
    if (
        words[opening] != "("
        or opening == figure.first - 1
        or words[figure.last : figure.last + 1][:1] not in ([")"], [","])
    ):
        return None
    return next((f.unit for f in found if f.last == opening and f.unit not in (PERCENT, MONEY)), None)


def _noun_of_share(scan: Scan, figure: Figure, sentence: Sentence, found: list[Figure]) -> str | None:
    """ "Số kiến nghị là 9.860, được tiếp thu 8.972, đạt 91%": the part and its percentage behind the whole."""
    words = scan.words
    behind = words[figure.last : figure.last + 2]
    if not is_word(words[figure.first - 1]) or len(behind) < 2 or behind[0] not in ",(":
        return None
    if behind[0] == "," and behind[1] not in _SHARES:
        return None
    share = next((f for f in found if f.first >= figure.last), None)
    whole = max((f for f in found if f.last < figure.first), key=lambda f: f.number, default=None)
    near = share is not None and share.unit == PERCENT and share.first - figure.last <= _NEAR
    if near and whole is not None and whole.unit not in (PERCENT, MONEY) and whole.value >= figure.value:
        return whole.unit
    return None
