from __future__ import annotations

import re

from danvan.desk.translations import catalogue, collect

_PLACE = re.compile(r"%\((\w+)\)")


def test_every_marked_word_has_its_english():
    english = catalogue()
    missing = []
    for path, words, context in collect():
        message = english.get(words if isinstance(words, str) else words[0], context)
        if message is None or not message.string or not all(message.string):
            missing.append(f"{path}: {words}")
    assert missing == []  # python -m danvan.desk.translations adds them to django.po; then translate there


def test_a_translation_keeps_the_places_that_are_filled_in():
    for message in catalogue():
        said = [message.string] if isinstance(message.string, str) else message.string
        words = message.id if isinstance(message.id, str) else message.id[0]
        for one in said:
            assert set(_PLACE.findall(one)) == set(_PLACE.findall(words)), words


def test_words_with_a_plural_are_marked_with_it_everywhere():
    """A catalogue keeps one of the two; the other place would stay Vietnamese."""
    plain = {(words, context) for _path, words, context in collect() if isinstance(words, str)}
    plural = {(words[0], context) for _path, words, context in collect() if not isinstance(words, str)}
    assert plain & plural == set()
