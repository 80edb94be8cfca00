"""Tags with nothing in them but constants give the same in every request: here they are worked out once a language.

They stand for Django's `i18n` library and for its `url` (settings, TEMPLATES) and differ from those in speed only: a
page has some hundred of them.
"""

from __future__ import annotations

from django.template import Context, Library, Node
from django.template.base import FilterExpression, Parser, Token, Variable
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.templatetags import i18n
from django.utils.translation import get_language

_LANGUAGE = "danvan_language"
register = Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class Once(Node):
    """Gives what the tag gave at first in the page's language."""

    child_nodelists = ()

    def __init__(self, tag: Node) -> None:
        self.tag = tag
        self.said: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        rendering = context.render_context
        language = rendering.get(_LANGUAGE) or rendering.setdefault(_LANGUAGE, get_language())  # looked up once a page
        if language not in self.said:
            self.said[language] = self.tag.render(context)
        return self.said[language]


@register.tag("trans")
@register.tag("translate")
def translate(parser: Parser, token: Token) -> Node:
    tag = i18n.do_translate(parser, token)
    return Once(tag) if _constant(tag.filter_expression) and not tag.asvar and not tag.message_context else tag


@register.tag
def url(parser: Parser, token: Token) -> Node:
    tag: URLNode = django_url(parser, token)
    parts = [tag.view_name, *tag.args, *tag.kwargs.values()]
    return Once(tag) if all(map(_constant, parts)) and not tag.asvar else tag


def _constant(said: FilterExpression) -> bool:
    plain = said.var if not isinstance(said.var, Variable) else said.var.literal
    return isinstance(plain, str | int) and not said.filters
