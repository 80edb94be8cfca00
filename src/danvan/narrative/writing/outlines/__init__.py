"""What a report says, in which order, and which figures stand together in one sentence: outlines as data.

`choose(author, kind)` gives the one of an author and a kind of period, `named(name)` any by its file's name. One file
an outline, parts that several share in parts.yaml. All are checked when the first is asked for; a slip is an
OutlineError that names the file, the part and what to put there.

An outline:
    name      {vi, en}: how it is called where one is chosen
    author    who writes it: party, government, front
    periods   the kinds of period (lib.periods) it is for; or topic: true, for one on one matter, of any period
    kind      of document: BÁO CÁO
    abstract  its lines
    sections  numbered I, II, III: each a part
    pictures  of an annex of their own, each drawn where there is enough to see: {chart: CODE, by: DIMENSION} of what a
              figure is made of (by: the first kind of parts if none is named), {map: CODE} of what the units below did
              (meanings.yaml, rank), {map: filing} of who has filed

A part: the name of one in parts.yaml, or {part: its name, title: another title}, or {id, title, content}, or
{id, title, parts: the parts under it, numbered 1, 2, 3}. A part of which nothing can be said is left out, title and
all.

What stands under a part (content), in this order:
    ask        a place for people to fill: what no figure can say is not invented
    otherwise  such a place only where no sentence came
    sentences  a paragraph
    use        the content of another part, without its `otherwise`
    basis      whose reports the figures rest on, and what they are compared with
    late, gaps   who has not filed; which figures nobody reported, or not everybody
    better, worse   what moved for the better, or for the worse, since the same period (meanings.yaml)
    rest       what was reported and stands in no other sentence

Keys of a sentence, each optional, said in this order:
    lead   words before the first clause ({whole}: "toàn tỉnh", {period}; {Whole}, {Period}: at the start of a sentence)
    with   figures of one matter: "tổ chức 19 cuộc đối thoại với 1.538 lượt người tham gia và 204 lượt ý kiến"
    aside  said in brackets after the first of them: "46 lượt công dân (29 vụ việc)"
    of     parts of the first of them: "trong đó có ..."
    made_of  parts that make up the whole of it
    head, names, tail   a plain enumeration: "có" 7 tập thể và 6 cá nhân "được khen thưởng"
    lacking   said where none of the names was reported
    then   further clauses; of each list the first figure that was reported is said
    by     the first figure by a dimension, and the words before it: "theo lĩnh vực: kinh tế 16 mô hình, ..."
    rank   a figure of which the units with most are named, where all reported it (meanings.yaml)
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from danvan.figures import catalogue
from danvan.lib.datafiles import from_yaml
from danvan.lib.periods import Kind as PeriodKind
from danvan.narrative.writing.meanings import meanings, sayings
from danvan.narrative.writing.model import Author
from danvan.narrative.writing.sentences import Sentence

FOLDER = Path(__file__).parent
FILING = "filing"
FIELDS = frozenset({"period", "Period", "next", "whole", "Whole", "same", "unit"})
What = Literal["ask", "otherwise", "sentences", "basis", "late", "gaps", "better", "worse", "rest"]
_MARKS = frozenset(get_args(What)) - {"ask", "otherwise", "sentences"}
_FIELD = re.compile(r"\{(\w+)\}")
_WORDS, _LISTS = {"lead", "head", "tail", "rank"}, {"with", "aside", "of", "made_of", "names", "lacking"}


class OutlineError(ValueError):
    """An outline that cannot be followed; a Vietnamese sentence that names the place and what to put there."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing under a part. key: its name in the outline, the same as long as it speaks of the same figures.

    text: what is asked for. sentences: of a paragraph.
    """

    key: str
    what: What
    text: str = ""
    sentences: tuple[Sentence, ...] = ()

    def mentioned(self) -> set[str]:
        return set().union(*(sentence.mentioned() for sentence in self.sentences))


@dataclass(frozen=True, slots=True)
class Part:
    """A section or what stands under one."""

    id: str
    title: str
    items: tuple[Item, ...] = ()
    parts: tuple[Part, ...] = ()

    def walk(self) -> Iterator[Part]:
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True, slots=True)
class Picture:
    """of: a figure, or FILING. by: the dimension of a chart, "" for the first that was reported."""

    what: Literal["chart", "map"]
    of: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """One kind of report. name: of its file. periods: empty for a topic."""

    name: str
    title: Mapping[str, str]
    author: Author
    periods: tuple[PeriodKind, ...]
    kind: str
    abstract: tuple[str, ...]
    sections: tuple[Part, ...]
    pictures: tuple[Picture, ...] = ()

    def label(self, language: str = "vi") -> str:
        return self.title["en" if language.startswith("en") else "vi"]

    def suits(self, kind: str) -> bool:
        """Whether it may be written of a period of that kind."""
        return not self.periods or kind in self.periods

    def parts(self) -> Iterator[Part]:
        for section in self.sections:
            yield from section.walk()


def choose(author: Author, kind: PeriodKind) -> Outline:
    """The outline by which an author reports on a period of that kind. KeyError for an author that there is not."""
    for outline in every().values():
        if outline.author == author and kind in outline.periods:
            return outline
    message = (
        f"Không có đề cương báo cáo của “{author}” cho kỳ “{kind}”. Các bên lập báo cáo: {', '.join(get_args(Author))}."
    )
    raise KeyError(message)


def named(name: str) -> Outline:
    """The outline of that name; KeyError with a Vietnamese sentence where there is none."""
    if name not in every():
        raise KeyError(f"Không có đề cương “{name}”. Hãy chọn một trong: {', '.join(every())}.")
    return every()[name]


def part(name: str) -> Part:
    """A part that outlines share, by itself. OutlineError where there is none."""
    return _Reader("parts.yaml", _read(FOLDER / "parts.yaml")).part(name)


@cache
def every() -> Mapping[str, Outline]:
    """All outlines by name. Raises OutlineError."""
    return load(FOLDER)


def load(folder: Path) -> dict[str, Outline]:
    """The outlines of a folder, checked. Raises OutlineError."""
    files = {path.stem: _read(path) for path in sorted(folder.glob("*.yaml"))}
    shared = files.pop("parts", {})
    found = {name: _Reader(f"{name}.yaml", shared).outline(name, data) for name, data in files.items()}
    served = Counter((one.author, kind) for one in found.values() for kind in one.periods)
    for author in get_args(Author):
        for kind in get_args(PeriodKind):
            if served[author, kind] != 1:
                many = "không có đề cương nào" if not served[author, kind] else "có nhiều đề cương"
                raise OutlineError(f"Báo cáo của “{author}”, kỳ “{kind}”: {many}; cần đúng một.")
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        data = from_yaml(path.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise OutlineError(f"{path.name}: không phải YAML hợp lệ ({error}).") from None
    if not isinstance(data, dict):
        raise OutlineError(f"{path.name}: phải là các cặp khóa: giá trị.")
    return data


class _Reader:
    """Reads one file; knows where it is, so that an error can say so."""

    def __init__(self, file: str, shared: Mapping[str, Any]) -> None:
        self.file, self.shared, self.where = file, shared, ""

    def wrong(self, what: str) -> OutlineError:
        place = f", phần “{self.where}”" if self.where else ""
        return OutlineError(f"{self.file}{place}: {what}.")

    def outline(self, name: str, data: dict[str, Any]) -> Outline:
        self._keys(data, {"name", "author", "periods", "topic", "kind", "abstract", "sections", "pictures"})
        topic, periods = data.get("topic", False), tuple(data.get("periods", ()))
        if bool(topic) == bool(periods):
            raise self.wrong("phải nêu periods (các loại kỳ) hoặc topic: true (chuyên đề), không cả hai")
        for kind in periods:
            self._one_of(kind, get_args(PeriodKind), "loại kỳ")
        self._one_of(data.get("author"), get_args(Author), "bên lập báo cáo")
        if set(data.get("name", {})) != {"vi", "en"}:
            raise self.wrong("name phải có tên tiếng Việt (vi) và tiếng Anh (en)")
        for text in data.get("abstract", ()):
            self._words(text)
        if not data.get("abstract") or not data.get("kind"):
            raise self.wrong("phải có kind (loại văn bản) và abstract (trích yếu)")
        sections = tuple(self.part(given) for given in data.get("sections", ()))
        if not sections:
            raise self.wrong("chưa có mục nào (sections)")
        pictures = tuple(self._picture(given) for given in data.get("pictures", ()))
        abstract = tuple(data["abstract"])
        outline = Outline(name, data["name"], data["author"], periods, data["kind"], abstract, sections, pictures)
        self._no_twice(outline)
        return outline

    def part(self, given: Any, above: tuple[str, ...] = ()) -> Part:
        if isinstance(given, str):
            given = {"part": given}
        if not isinstance(given, dict):
            raise self.wrong(f"“{given}” không phải tên một phần")
        if "part" in given:
            self._keys(given, {"part", "title"})
            given = {"id": given["part"], **self._shared(given["part"]), **{k: given[k] for k in given if k != "part"}}
        self.where = str(given.get("title", given.get("id", "")))
        self._keys(given, {"id", "title", "content", "parts"})
        if not given.get("id") or not given.get("title"):
            raise self.wrong("mỗi phần phải có id và title")
        self._words(given["title"])
        if bool(given.get("content")) == bool(given.get("parts")):
            raise self.wrong("mỗi phần phải có content (nội dung) hoặc parts (các phần dưới), không cả hai")
        if above and given.get("parts"):
            raise self.wrong("đề cương chỉ có hai cấp: mục và tiểu mục")
        items = tuple(self._items(given["id"], given.get("content", ())))
        parts = tuple(self.part(under, (*above, given["id"])) for under in given.get("parts", ()))
        return Part(given["id"], given["title"], items, parts)

    def _shared(self, name: str) -> dict[str, Any]:
        self._one_of(name, self.shared, "phần chung")
        found: dict[str, Any] = self.shared[name]
        return found

    def _items(self, part: str, content: Any) -> Iterator[Item]:
        names: Counter[str] = Counter()
        for given in self._spread(content, ()):
            what = next(iter(given))
            item = self._item(what, given[what])
            names[item.key] += 1
            again = f"-{names[item.key]}" if names[item.key] > 1 else ""
            yield Item(f"{part}.{item.key}{again}", item.what, item.text, item.sentences)

    def _spread(self, content: Any, within: tuple[str, ...]) -> Iterator[dict[str, Any]]:
        """The content with what it uses in its place."""
        for given in content:
            if not isinstance(given, dict) or len(given) != 1:
                raise self.wrong(f"mỗi dòng nội dung là một khóa và giá trị của nó, không phải “{given}”")
            if "use" not in given:
                yield given
                continue
            if given["use"] in within:
                raise self.wrong(f"“{given['use']}” dùng lại chính nó")
            for under in self._spread(self._shared(given["use"])["content"], (*within, given["use"])):
                if "otherwise" not in under:
                    yield under

    def _item(self, what: Any, value: Any) -> Item:
        self._one_of(what, (*get_args(What), "use"), "nội dung")
        if what in _MARKS:
            if value is not True:
                raise self.wrong(f"“{what}” chỉ nhận true")
            return Item(what, what)
        if what != "sentences":
            if not isinstance(value, str) or not value.strip():
                raise self.wrong(f"“{what}” phải là lời nhắc người viết")
            return Item(what, what, text=value)
        sentences = tuple(self._sentence(spec) for spec in value)
        first = next((sentence.first for sentence in sentences if sentence.first), "")
        return Item(first, "sentences", sentences=sentences)

    def _sentence(self, spec: Any) -> Sentence:
        if not isinstance(spec, dict):
            raise self.wrong(f"mỗi câu phải là các cặp khóa: giá trị, không phải “{spec}”")
        self._keys(spec, _WORDS | _LISTS | {"by", "then"}, "câu")
        for key in _WORDS & set(spec):
            self._words(spec[key])
        for key in _LISTS & set(spec):
            self._codes(spec[key], key)
        for choice in spec.get("then", ()):
            self._codes(choice, "then")
        if "rank" in spec:
            self._one_of(spec["rank"], meanings().rank, "chỉ tiêu được xếp thứ tự (meanings.yaml)")
        sentence = Sentence.from_data(spec)
        if not sentence.first:
            raise self.wrong("có câu không nói về chỉ tiêu nào")
        for dimension, words in sentence.by:
            known = [one.key for one in catalogue.load()[sentence.with_[0]].dims] if sentence.with_ else []
            self._one_of(dimension, known, f"phân tổ của {sentence.first}")
            self._words(words)
        return sentence

    def _picture(self, given: Any) -> Picture:
        self.where = "pictures"
        if not isinstance(given, dict) or ("chart" in given) == ("map" in given):
            raise self.wrong(f"mỗi hình là chart (biểu đồ) hoặc map (bản đồ) của một chỉ tiêu, không phải “{given}”")
        self._keys(given, {"chart", "by"} if "chart" in given else {"map"}, "hình")
        if "map" in given:
            self._one_of(given["map"], (FILING, *meanings().rank), "bản đồ của")
            return Picture("map", given["map"])
        known = {one.code: [dim.key for dim in one.dims] for one in catalogue.load()}
        self._one_of(given["chart"], known, "chỉ tiêu")
        if "by" in given:
            self._one_of(given["by"], known[given["chart"]], f"phân tổ của {given['chart']}")
        return Picture("chart", given["chart"], given.get("by", ""))

    def _codes(self, codes: Any, key: str) -> None:
        if not isinstance(codes, list) or not codes:
            raise self.wrong(f"“{key}” phải là danh sách mã chỉ tiêu")
        for code in codes:
            self._one_of(code, sayings(), "chỉ tiêu có cách nói")

    def _keys(self, data: dict[str, Any], known: set[str], of: str = "đề cương") -> None:
        for key in data:
            self._one_of(key, known, f"khóa của {of}")

    def _one_of(self, given: Any, known: Any, what: str) -> None:
        if given not in known:
            near = get_close_matches(str(given), list(map(str, known)), 1)
            hint = f"có phải “{near[0]}”?" if near else f"hãy chọn: {', '.join(map(str, list(known)[:12]))}"
            raise self.wrong(f"không có {what} “{given}” ({hint})")

    def _words(self, text: Any) -> None:
        if not isinstance(text, str):
            raise self.wrong(f"“{text}” phải là chữ")
        for name in _FIELD.findall(text):
            self._one_of(name, FIELDS, "chỗ điền")

    def _no_twice(self, outline: Outline) -> None:
        self.where = ""
        parts = Counter(part.id for part in outline.parts())
        said = Counter(code for part in outline.parts() for item in part.items for code in item.mentioned())
        for names, what in ((parts, "phần"), (said, "chỉ tiêu")):
            if twice := sorted(name for name, count in names.items() if count > 1):
                raise self.wrong(f"{what} “{twice[0]}” có mặt hai lần")
