"""What hangs on a hamlet's notice board: the way to the online form, and the way for who has no telephone. A4.

The QR code leads to the form with the unit and the hamlet filled in; it holds nothing of whoever reads it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from django.urls import reverse

from danvan.casework.papers.typesetting import pdf
from danvan.casework.public import place_of
from danvan.lib.qr import svg

TITLE = "GỬI Ý KIẾN, PHẢN ÁNH"
WITH_PHONE = (
    "Có điện thoại",
    "Mở máy ảnh, đưa vào mã ở trên, bấm vào địa chỉ hiện ra. Kể việc gì, ở đâu; không bắt buộc ghi tên khi phản ánh, "
    "kiến nghị. Gửi xong được một mã để theo dõi.",
)
NO_PHONE = "Không có điện thoại"
END = (
    "Khiếu nại, tố cáo phải ghi họ tên và địa chỉ theo luật; danh tính người tố cáo được giữ kín.",
    "Trang gửi ý kiến không thu tiền, không theo dõi người xem.",
)
LONGEST = 120  # of each line that is filled in


@dataclass(frozen=True, slots=True)
class Sheet:
    """address: where the QR code leads. without_phone: the heading, then a line each."""

    title: str
    unit: str
    hamlet: str
    address: str
    with_phone: tuple[str, ...]
    without_phone: tuple[str, ...]
    end: tuple[str, ...]


def sheet(*, unit: int, hamlet: str, where: str, when: str, phone: str, site: str) -> Sheet:
    """hamlet: on whose board it hangs, "" for the whole unit. where, when, phone: of the reception, "" where unsaid."""
    query = {"unit": unit, **({"place": hamlet} if hamlet else {})}
    told = [
        f"Đến {where or 'nơi tiếp công dân của ' + _bare(place_of(unit))}{f', {when}' if when else ''}: "
        "cán bộ ghi giúp, in giấy biên nhận có mã theo dõi.",
        "Hoặc nhờ trưởng thôn, tổ trưởng, người nhà gửi giúp.",
    ]
    if phone:
        told.insert(1, f"Hoặc gọi {phone}.")
    return Sheet(
        title=TITLE,
        unit=place_of(unit),
        hamlet=hamlet,
        address=f"{site}{reverse('citizen_say')}?{urlencode(query)}",
        with_phone=WITH_PHONE,
        without_phone=(NO_PHONE, *told),
        end=END,
    )


def _bare(place: str) -> str:
    """ "Xã An, Tỉnh Bắc" -> "xã An"."""
    name = place.split(",")[0]
    return name[:1].lower() + name[1:]


def sheet_pdf(one: Sheet) -> bytes:
    """On A4, PDF/A and PDF/UA."""
    return pdf("sheet.typ", asdict(one), {"qr": svg(one.address)})
