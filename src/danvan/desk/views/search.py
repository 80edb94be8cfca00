"""Search over everything one may see, and the help page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from danvan.access import queries, scope
from danvan.access.permissions import Permission
from danvan.desk import helping, searching

TITLES = {
    "units": gettext_lazy("Đơn vị"),
    "matters": gettext_lazy("Vụ việc của dân"),
    "reports": gettext_lazy("Văn bản báo cáo"),
    "submissions": gettext_lazy("Báo cáo số liệu đã gửi"),
    "forms": gettext_lazy("Biểu mẫu"),
    "indicators": gettext_lazy("Chỉ tiêu"),
    "help": gettext_lazy("Trợ giúp"),
}


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """`?q=`; `?in=` one group, page by page with `?after=`."""
    scope.require(Permission.SEE)
    typed = request.GET.get("q", "").strip()
    wanted = searching.asked(typed[: searching.LONGEST])
    one = request.GET.get("in", "")
    problem = ""
    if len(typed) > searching.LONGEST:
        problem = _("Câu tìm dài quá %(most)s ký tự: chỉ tìm theo phần đầu.") % {"most": searching.LONGEST}
    elif typed and not wanted.words:
        problem = _("Không có chữ hay số nào để tìm trong “%(typed)s”. Viết một phần tên hoặc vài chữ.") % {
            "typed": typed
        }
    elif one and one not in searching.GROUPS:
        problem, one = _("Không có nhóm kết quả này: dưới đây là tất cả các nhóm."), ""
    groups = []
    if wanted.words:
        groups = [searching.group(one, wanted, request.GET.get("after", ""))] if one else searching.search(wanted)
    context = {
        "q": wanted.text,
        "problem": problem,
        "groups": [(found, str(TITLES[found.name])) for found in groups if found.hits],
        "one": one,
        "later": bool(one and request.GET.get("after")),
    }
    return render(request, "desk/search.html", context)


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    context = {"topics": helping.topics(), "keys": helping.KEYS, "administrators": queries.administrators()}
    return render(request, "desk/help.html", context)
