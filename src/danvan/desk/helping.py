"""What each screen is for, in two sentences; the help page and the search read it."""

from __future__ import annotations

from typing import NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Topic(NamedTuple):
    """name: of the address that it speaks of."""

    name: str
    title: str | Promise
    text: str | Promise

    @property
    def url(self) -> str:
        return reverse(self.name)


_TOPICS = (
    Topic(
        "home",
        _("Việc cần làm"),
        _(
            "Những việc chờ chức danh đang dùng: đến hạn, bị trả lại, mới gửi từ bên dưới. Mỗi dòng dẫn thẳng "
            "đến nơi làm."
        ),
    ),
    Topic(
        "filing",
        _("Nhập báo cáo"),
        _(
            "Nhập số liệu của đơn vị mình như trên bảng tính, hoặc dán cả vùng từ Excel. Từng ô được lưu ngay; "
            "mất mạng thì ô chưa gửi nằm lại trên máy và tự gửi khi có mạng."
        ),
    ),
    Topic(
        "review",
        _("Xem xét"),
        _(
            "Xem báo cáo các đơn vị bên dưới đã gửi, chấp nhận hoặc trả lại kèm lý do ở từng ô. Sau khi đủ thì "
            "chốt và ký báo cáo tổng hợp của đơn vị mình."
        ),
    ),
    Topic(
        "board",
        _("Tình hình gửi"),
        _(
            "Ai đã gửi, ai trễ mấy ngày làm việc, ai bị trả lại, theo từng kỳ. Chọn các đơn vị chưa gửi rồi "
            "nhắc; mỗi đơn vị chỉ bị nhắc một lần một ngày."
        ),
    ),
    Topic(
        "compare",
        _("So sánh"),
        _(
            "Đặt chỉ tiêu của nhiều đơn vị cạnh nhau qua nhiều kỳ, như đã báo cáo hoặc tính lại theo địa giới "
            "mới. Địa chỉ trang giữ cả câu hỏi, nên gửi đường dẫn hoặc lưu lại dưới một cái tên đều được."
        ),
    ),
    Topic(
        "tables",
        _("Tổng hợp"),
        _(
            "Bảng tổng hợp của cấp tỉnh và cả nước, cộng từ báo cáo đã chấp nhận. Bấm vào một số để xem số ấy "
            "từ đơn vị nào, câu văn nào."
        ),
    ),
    Topic(
        "reports",
        _("Báo cáo"),
        _(
            "Văn bản báo cáo đã đọc, các số liệu tìm thấy và chỗ văn bản tự mâu thuẫn. Việc nào máy không chắc "
            "thì hỏi, không đoán."
        ),
    ),
    Topic(
        "check_text",
        _("Kiểm tra văn bản"),
        _(
            "Dán hoặc tải lên một dự thảo: chỗ số liệu tự mâu thuẫn hiện trước, rồi chỗ viết sai và nên viết thế nào. "
            "Văn bản không được lưu lại."
        ),
    ),
    Topic(
        "units",
        _("Đơn vị"),
        _(
            "Tìm một đơn vị trên bản đồ của bất kỳ ngày nào, kể cả trước 1/7/2025. Trang của đơn vị cho biết "
            "đơn vị từ đâu thành và số liệu qua các kỳ."
        ),
    ),
    Topic(
        "forms",
        _("Biểu mẫu"),
        _(
            "Các biểu báo cáo theo từng phiên bản và ngày có hiệu lực. Người quản trị biểu mẫu soạn phiên bản "
            "mới và xem trước khi ban hành."
        ),
    ),
    Topic(
        "calendar",
        _("Lịch làm việc và tính hạn"),
        _(
            "Ngày nghỉ, ngày làm bù của từng năm và nguồn của chúng. Nhập ngày bắt đầu và số ngày để đếm một "
            "thời hạn, từng ngày một."
        ),
    ),
    Topic(
        "verify_pdf",
        _("Kiểm tra chữ ký PDF"),
        _("Tải lên một tệp PDF đã ký để xem chữ ký còn nguyên và của ai. Tệp chỉ được kiểm tra, không được giữ lại."),
    ),
    Topic(
        "account",
        _("Tài khoản"),
        _("Đổi mật khẩu, bật xác thực hai bước, khóa truy cập, cách nhận thông báo. Chỉ chính mình thấy trang này."),
    ),
)
KEYS = (  # of the grid and of every page
    ("/", _("đến ô tìm kiếm")),
    ("↑ ↓ ← →", _("sang ô bên cạnh")),
    ("Enter", _("xuống ô dưới; Shift+Enter lên ô trên")),
    ("Tab", _("sang ô sau; Shift+Tab về ô trước")),
    ("F2", _("sửa trong ô")),
    ("Esc", _("bỏ điều vừa gõ trong ô")),
    ("Ctrl+V", _("dán cả vùng chép từ Excel")),
    ("Ctrl+Z", _("hoàn tác")),
)


def topics() -> list[Topic]:
    """Of the screens that there are."""
    return [one for one in _TOPICS if _there(one)]


def _there(topic: Topic) -> bool:
    try:
        return bool(topic.url)
    except NoReverseMatch:
        return False
