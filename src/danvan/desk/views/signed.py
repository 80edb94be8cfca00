"""A signed consolidated report as a file, and the check of a signed PDF that somebody sends."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.desk.assets import FONTS
from danvan.figures.models import Submission
from danvan.narrative import sealed

MOST = 30 * 2**20  # bytes of a PDF to be checked
STAMP = FONTS / "Tinos-Regular.ttf"


@require_safe
def report_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """kind: docx, html, pdf (signed where a key is set), xlsx. `?outline=`: by which outline, the usual one if none."""
    from danvan.narrative import signing  # noqa: PLC0415 -- loads PyHanko, half a second: not each time danvan starts

    scope.require(Permission.SEE)
    report = Submission.objects.select_related("form").filter(pk=pk, kind=Submission.Kind.CONSOLIDATED).first()
    if report is None or kind not in sealed.KINDS:
        raise Http404(_("Không có báo cáo tổng hợp này, hoặc báo cáo không thuộc phạm vi của đơn vị đang dùng."))
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = sealed.file_of(
                report,
                kind,
                Path(folder),
                base_url=request.build_absolute_uri("/"),
                fonts=[FONTS],
                signer=signing.signer_from_environment() if kind == "pdf" else None,
                stamp=STAMP if STAMP.exists() else None,
                timestamp_url=signing.timestamp_url_from_environment(),
                outline=request.GET.get("outline", ""),
            )
            content = path.read_bytes()
    except (signing.SigningError, ValueError) as error:
        return render(request, "400.html", {"message": str(error)}, status=409)
    except KeyError as error:  # no such outline
        raise Http404(error.args[0]) from None
    headers = {"Content-Disposition": content_disposition_header(True, path.name), "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=sealed.KINDS[kind], headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """What the signatures of a PDF are worth. Nothing that is sent is kept."""
    scope.require(Permission.SEE)
    context = {"place": "tables"}
    if request.method == "POST":
        from danvan.narrative import signing  # noqa: PLC0415 -- as above

        upload = request.FILES.get("file")
        try:
            if upload is None:
                raise signing.SigningError(_("Chưa chọn tệp: hãy chọn một tệp PDF đã ký."))
            if upload.size > MOST:
                raise signing.SigningError(_("Tệp quá lớn: chỉ kiểm tra tệp đến %(n)s MB.") % {"n": MOST // 2**20})
            reports = signing.verify_pdf(upload.read(), trust=signing.trust_from_environment())
            context |= {"name": upload.name, "reports": reports, "summary": signing.summary(reports)}
        except signing.SigningError as error:
            context["errors"] = [str(error)]
    return render(request, "desk/verify.html", context, status=400 if context.get("errors") else 200)
