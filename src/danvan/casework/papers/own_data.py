"""The copy of somebody's own data that is handed to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from danvan.casework.papers.typesetting import pdf


def own_data_pdf(told: Mapping[str, Any]) -> bytes:
    """told: as actions.own_data.copy gives it."""
    data = {
        "title": "BẢN SAO DỮ LIỆU CÁ NHÂN",
        "about": f"Vụ việc số {told['vụ việc']}, tiếp nhận ngày {told['ngày tiếp nhận']}. Lập ngày {told['lập ngày']}.",
        "facts": list(told["thông tin"].items()),
        "papers": told["tài liệu"],
        "looks": [f"{look['lúc']}: {look['ai']}. {look['lý do']}" for look in told["đã xem"]],
    }
    return pdf("own_data.typ", data)
