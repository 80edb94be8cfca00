"""Words are found where they stand, whoever asked for them before."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from danvan.narrative.reading.folding import fold
from danvan.narrative.reading.scan import Phrases, Scan, scan

WORDS = ("tiếp", "công", "dân", "12", "1.240", "lượt", "(", ")", ",", ".", "x" * 60)
SETS = (
    frozenset("()"),
    frozenset(","),
    frozenset(["dân", "lượt", "12"]),
    frozenset([WORDS[-1], "tiếp"]),
)  # few
some = st.sampled_from(SETS)
texts = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)


def _starts_with_l(word: str) -> bool:
    return word.startswith("l")


def cut(text: str) -> Scan:
    return scan(fold(text))


@given(st.lists(texts, min_size=1, max_size=3), st.lists(some, min_size=1, max_size=4))
def test_words_are_found_in_every_text_the_first_time_and_later(many: list[str], sets: list[frozenset[str]]) -> None:
    for text in many:
        found = cut(text)
        for words in (*sets, *sets):
            assert found.where(words) == [at for at, word in enumerate(found.words) if word in words]


@given(texts, some, st.integers(0, 40), st.integers(0, 40))
def test_words_between_two_places_are_those_of_the_text_there(
    text: str, words: frozenset[str], first: int, last: int
) -> None:
    found = cut(text)
    assert found.between(words, first, last) == [at for at in found.where(words) if first <= at < last]


@given(texts)
def test_words_of_some_kind_are_found_as_words_are(text: str) -> None:
    found = cut(text)
    assert found.where(_starts_with_l) == [at for at, word in enumerate(found.words) if word[0] == "l"]
    assert found.numbers == [at for at, word in enumerate(found.words) if word[0].isdigit()]


@given(texts)
def test_phrases_looked_up_are_those_met_word_by_word(text: str) -> None:
    phrases, found = Phrases(["tiếp công", "tiếp công dân", "lượt", "dân lượt"]), cut(text)
    assert phrases.within(found, 0, len(found.words)) == phrases.all(found.words, 0, len(found.words))
