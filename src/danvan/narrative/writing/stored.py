"""A written report as plain data and back: what was issued is printed the same for ever, whatever the rules become."""

from __future__ import annotations

import datetime
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from danvan.narrative.writing.model import Report


def to_data(report: Report) -> dict[str, Any]:
    """Ready for JSON."""
    data: dict[str, Any] = _plain(report)
    return data


def from_data(data: Mapping[str, Any]) -> Report:
    """The report that `to_data` was given. Raises ValueError where the data is not such a one."""
    try:
        report: Report = _built(Report, data)
    except (KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise ValueError(f"Không đọc lại được văn bản đã lưu ({error}).") from error
    return report


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, datetime.date) else value


def _built(kind: Any, value: Any) -> Any:
    """The value as what its type says; of several classes the one whose fields it has."""
    form, inside = get_origin(kind), get_args(kind)
    if form in (Union, types.UnionType):
        return None if value is None else _built(_fitting(inside, value), value)
    if form is tuple:
        rest = inside[-1] is Ellipsis
        return tuple(_built(inside[0] if rest else inside[place], one) for place, one in enumerate(value))
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{name: _built(hints[name], one) for name, one in value.items()})
    if form is dict or form is Literal or kind is Any:
        return value
    if kind is Decimal:
        return Decimal(value)
    if kind is datetime.datetime:
        return datetime.datetime.fromisoformat(value)
    if kind is float and isinstance(value, int):
        return value
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} là {type(value).__name__}, không phải {kind.__name__}")
    return value


def _fitting(kinds: tuple[Any, ...], value: Any) -> Any:
    """Of several classes the one that knows all the fields of the value; a later release may know more."""
    for kind in kinds:
        if not is_dataclass(kind):
            if kind is not type(None):
                return kind
        elif isinstance(value, Mapping) and set(value) <= {field.name for field in fields(kind)}:
            return kind
    raise TypeError(f"{value!r} không thuộc loại nào đã biết")


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, localns={"datetime": datetime, "Mapping": Mapping})
