"""One matter: its page, each act by its small form, who raised it, its papers, its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from danvan.access import scope
from danvan.access.files import FileRefused, serving_headers
from danvan.access.models import StoredFile
from danvan.access.permissions import Permission
from danvan.casework import actions, handing, matter_page, papers, saying, workflow
from danvan.casework.act_forms import ActForm
from danvan.casework.actions import answers, documents, vault
from danvan.casework.errors import CaseError, Named
from danvan.casework.matter_page import MatterPage
from danvan.casework.models import Answer, Attachment, Identity, Matter, Opening
from danvan.casework.views.reception import site

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_AT_ONCE = 20  # files of one sending


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def matter(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; `?do=` opens the form of an act, which is posted here too."""
    found = _found(pk)
    page = matter_page.read(found, request.acting)
    asked = request.POST.get("do") or request.GET.get("do", "")
    step = workflow.load()[found.type].steps.get(asked)
    if request.method != "POST":
        form = ActForm(step, found, list(page.acts)) if step and asked in {one.act for one in page.next} else None
        return _page(request, page, form=form)
    scope.require_unit(found.unit_id, own=True)
    if step is None:
        raise Http404(_("Loại vụ việc này không có việc đó."))
    scope.require(matter_page.MAY[step.who])
    form = ActForm(step, found, list(page.acts), request.POST, request.FILES)
    if form.is_valid():
        try:
            with transaction.atomic():
                done = _do(form, found, request.acting)
        except CaseError as error:
            form.say(error)
            _tried(found, error, request.acting)
        except FileRefused as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, done)
            return redirect("matter", pk)
    return _page(request, matter_page.read(_found(pk), request.acting), form=form, status=422)


def _tried(found: Matter, error: CaseError, post: scope.Acting) -> None:
    if isinstance(error, Named) and error.sealed:
        vault.note_named(matter=found, by=post)


def _do(form: ActForm, found: Matter, post: scope.Acting) -> str:
    """The act, by its verb; what is told of it."""
    given, kind = form.cleaned_data, form.step.act
    common: dict[str, Any] = {"by": post, "on": given["on"], "seen": given["seen"], "named": form.still}
    file = None
    if upload := given.get("file"):
        file = documents.paper(matter=found, act=kind, upload=upload, name=upload.name, by=post)
    if kind in answers.ANSWERING:
        named = {name: given.get(name, "") for name in ("verdict", "number")}
        answers.approve(matter=found, text=given["answer"], file=file, **named, **common)
    elif kind == "deliver" and (signed := _signed(found)):
        answers.deliver(answer=signed, proof=given["proof"], **common)
    elif kind in _VERBS:
        return _VERBS[kind](form, found, common)
    else:
        actions.act(matter=found, kind=kind, file=file, **common, **form.said())
    return _("Đã ghi: %(act)s.") % {"act": saying.act_name(kind, found.type)}


def _hand_over(form: ActForm, found: Matter, common: dict[str, Any]) -> str:
    given = form.cleaned_data
    actions.hand_over(matter=found, to=given["unit"], reason=given["reason"], **common)
    return _("Đã chuyển vụ việc số %(number)s.") % {"number": found}


def _merge(form: ActForm, found: Matter, common: dict[str, Any]) -> str:
    into = form.cleaned_data["matter"]
    actions.merge(matter=found, into=into, **{name: said for name, said in common.items() if name != "named"})
    return _("Đã nhập vào vụ việc số %(number)s.") % {"number": into}


def _split(form: ActForm, found: Matter, common: dict[str, Any]) -> str:
    given = form.cleaned_data
    new = actions.split(matter=found, title=given["title"], text=given["text"], reason=given["reason"], **common)
    return _("Đã tách thành vụ việc số %(number)s.") % {"number": new}


def _appeal(form: ActForm, found: Matter, common: dict[str, Any]) -> str:
    given = form.cleaned_data
    said = {name: common[name] for name in ("by", "on", "named")}
    new = actions.appeal(matter=found, reason=given["reason"], unit=given["unit"], **said)
    return _("Đã ghi khiếu nại lần hai: vụ việc số %(number)s.") % {"number": new}


_VERBS: dict[str, Callable[[ActForm, Matter, dict[str, Any]], str]] = {
    "hand_over": _hand_over,
    "merge": _merge,
    "split": _split,
    "appeal": _appeal,
}


def _signed(found: Matter) -> Answer | None:
    answer = answers.current(found)
    return answer if answer and answer.state in (Answer.State.APPROVED, Answer.State.SENT) else None


@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """`?q=`: the units that a name may mean, to be chosen; those that came after one that is gone."""
    post = scope.require(Permission.HANDLE)
    found = handing.receivers(request.GET.get("q", ""), timezone.localdate(), but=post.unit_id)
    return render(request, "casework/matters/receivers.html", {"receivers": found})


# Who raised it


@never_cache
@require_POST
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Looks at who raised it with a reason; of what is sealed asks, allows or refuses, and opens. Never led on to, so
    that nothing of it comes into an address or a history.
    """
    found = _own(pk)
    post, do = request.acting, request.POST.get("do", "")
    said: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    try:
        with transaction.atomic():
            if do == "look":
                said = vault.look(matter=found, why=request.POST.get("why", ""), by=post)
            elif do == "ask":
                vault.ask_to_open(matter=found, reason=request.POST.get("why", ""), by=post)
                messages.success(request, _("Đã đề nghị mở: chờ người thứ hai đồng ý."))
            elif do in ("allow", "refuse"):
                vault.allow_opening(opening=_opening(request, found), allowed=do == "allow", by=post)
                messages.success(request, _("Đã đồng ý cho mở.") if do == "allow" else _("Đã từ chối mở."))
            elif do == "open":
                said = vault.open_sealed(opening=_opening(request, found), by=post)
            else:
                raise Http404(_("Không có việc này với thông tin người gửi."))
    except CaseError as error:
        wrong = {"sentence": " ".join(error.fields.values()), "typed": request.POST.get("why", "")}
    if not said and not wrong:
        return redirect(f"{reverse('matter', args=[pk])}#person")
    page = matter_page.read(found, post)
    return _page(request, page, person=_told(said), wrong_person=wrong, status=422 if wrong else 200)


def _opening(request: HttpRequest, found: Matter) -> Opening:
    number = request.POST.get("opening", "")
    identity = Identity.objects.filter(matter=found).first()
    opening = (
        Opening.objects.filter(identity=identity, pk=int(number)).first()
        if identity and number.isdecimal() and len(number) < 19
        else None
    )
    if opening is None:
        raise Http404(_("Không có đề nghị mở này."))
    return opening


def _told(said: dict[str, Any]) -> list[tuple[str, str]]:
    labels = {
        "name": _("Họ và tên"),
        "phone": _("Số điện thoại"),
        "email": _("Thư điện tử"),
        "address": _("Địa chỉ"),
        "paper": _("Giấy tờ"),
        "members": _("Thành viên"),
        "title": _("Tóm tắt"),
        "text": _("Nội dung"),
        "place": _("Nơi xảy ra"),
    }
    return [(label, str(said[name])) for name, label in labels.items() if said.get(name)]


# Papers


@require_POST
def papers_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeps papers of the matter: all that were sent, or none with a sentence for each that cannot be kept."""
    found = _own(pk)
    scope.require(Permission.RECEIVE)
    sent, kind = request.FILES.getlist("file"), request.POST.get("kind", "")
    wrong: list[str] = []
    if not sent:
        wrong.append(_("Chọn tệp trước khi bấm lưu."))
    elif len(sent) > MOST_AT_ONCE:
        wrong.append(_("Mỗi lần gửi tối đa %(n)s tệp: hãy chia làm nhiều lần.") % {"n": MOST_AT_ONCE})
    else:
        try:
            with transaction.atomic():
                for upload in sent:
                    documents.keep(matter=found, upload=upload, name=upload.name or "", kind=kind, by=request.acting)
        except FileRefused as error:
            wrong.append(str(error))
        except CaseError as error:
            wrong += error.fields.values()
    if not wrong:
        messages.success(request, _("Đã lưu %(n)s tệp.") % {"n": len(sent)})
        return redirect(f"{reverse('matter', args=[pk])}#papers")
    return _page(request, matter_page.read(found, request.acting), wrong_papers=wrong, status=422)


@never_cache
@require_safe
def paper(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """A paper of the matter, to those who handle it."""
    found = _own(pk)
    try:
        kept, content = documents.read(matter=found, file=file, by=request.acting)
    except StoredFile.DoesNotExist:
        raise Http404(_("Vụ việc không có tệp này.")) from None
    except CaseError as error:
        page = matter_page.read(found, request.acting)
        return _page(request, page, wrong_papers=list(error.fields.values()), status=403)
    if kept.content is None:
        raise Http404(_("Tệp “%(name)s” đã được bỏ; chỉ còn ghi lại rằng nó từng có.") % {"name": kept.name})
    return HttpResponse(content, headers={**serving_headers(kept), "Cache-Control": "private, no-store"})


# The answer


@never_cache
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """`do`: draft, send, deliver (where no act of the table says so), rate."""
    found = _own(pk)
    post, do, typed = request.acting, request.POST.get("do", ""), request.POST.get("answer", "")
    wrong: dict[str, str] = {}
    try:
        with transaction.atomic():
            told = _answered(request, found, do, typed, post)
    except CaseError as error:
        wrong = dict(error.fields)
        _tried(found, error, post)
    if not wrong:
        messages.success(request, told)
        return redirect(f"{reverse('matter', args=[pk])}#answer")
    page = matter_page.read(_found(pk), post)
    return _page(request, page, wrong_answer=wrong, typed=request.POST, status=422)


def _answered(request: HttpRequest, found: Matter, do: str, typed: str, post: scope.Acting) -> str:
    if do == "draft":
        seen = request.POST.get("seen", "")
        number = int(seen) if seen.isdecimal() and len(seen) < 10 else None
        answers.draft(matter=found, text=typed, seen=number, by=post)
        return _("Đã lưu dự thảo trả lời.")
    current = answers.current(found)
    if current is None:
        raise CaseError(_("Chưa có trả lời nào."))
    if do == "send":
        way = request.POST.get("way", "")
        letter = papers.letter_pdf(papers.letter(current)) if way == answers.EMAIL else b""
        answers.send(answer=current, way=way, site=site(request), letter=letter, by=post)
        return _("Đã ghi việc gửi trả lời.")
    if do == "deliver":
        answers.deliver(answer=current, proof=request.POST.get("proof", ""), named=True, by=post)
        return _("Đã ghi: trả lời đã đến tay người dân.")
    if do == "rate":
        satisfied = request.POST.get("satisfied", "")
        if satisfied not in ("yes", "no"):
            raise CaseError(satisfied=_("Chọn hài lòng hoặc chưa."))
        answers.rate(
            answer=current,
            satisfied=satisfied == "yes",
            comment=request.POST.get("comment", ""),
            again="again" in request.POST,
            by=post,
        )
        return _("Đã ghi ý kiến của người dân.")
    raise Http404(_("Không có việc này với trả lời."))


@never_cache
@require_safe
def answer_file(request: HttpRequest, pk: int, edition: int, kind: str) -> HttpResponse:
    """The letter as PDF or Word; of what is only drafted it says so."""
    found = _own(pk)
    scope.require(Permission.HANDLE)
    one = Answer.objects.filter(matter=found, edition=edition).select_related("matter").first()
    if one is None or kind not in ("pdf", "docx"):
        raise Http404(_("Không có văn bản trả lời này."))
    written = papers.letter(one)
    content, mime = (
        (papers.letter_pdf(written), "application/pdf") if kind == "pdf" else (papers.letter_docx(written), WORD)
    )
    name = f"tra-loi-{found.book_number}-{found.book_year}-{edition}.{kind}"
    disposition = content_disposition_header(kind != "pdf", name) or "attachment"
    return HttpResponse(content, content_type=mime, headers={"Content-Disposition": disposition})


# Parts


def _found(pk: int) -> Matter:
    scope.require(Permission.SEE)
    found = matter_page.found(pk)
    if found is None:
        raise Http404(_("Không có vụ việc này, hoặc vụ việc không thuộc phạm vi của đơn vị đang dùng."))
    return found


def _own(pk: int) -> Matter:
    """A matter that the acting unit has; another's may be read, not handled."""
    found = _found(pk)
    scope.require_unit(found.unit_id, own=True)
    return found


def _page(request: HttpRequest, page: MatterPage, *, status: int = 200, **more: Any) -> HttpResponse:
    form = more.get("form")
    context = {
        "place": "casework",
        "tab": "matters",
        "page": page,
        "one": page.matter,
        "kinds": [Attachment.Kind.ORIGINAL, Attachment.Kind.EVIDENCE],
        "today": request.acting.day,
        "reads": page.reads,
        "opening": page.locked.mine(request.acting.person_id),
        "answer": page.answers[0] if page.answers else None,
        **_drafting(page, request.acting, more.get("typed")),
        "doing": form.step.act if form else "",
        "other_open": form and any(one.act == form.step.act and not one.main for one in page.next),
        "doing_name": saying.act_name(form.step.act, page.matter.type) if form else "",
        **more,
    }
    return render(request, "casework/matters/matter.html", context, status=status)


def _drafting(page: MatterPage, post: scope.Acting, typed: Any) -> dict[str, Any]:
    """Whether an answer may be drafted now, and with which words it begins."""
    if not page.own or not post.may(Permission.HANDLE):
        return {"may_draft": False}
    possible = workflow.load()[page.matter.type].possible(
        page.matter.state, page.matter.resolution, [act.kind for act in page.acts]
    )
    if answers.answering(page.matter).act not in {step.act for step in possible}:
        return {"may_draft": False}
    text = typed.get("answer") if typed else None
    if text is None:
        text = answers.begun(page.matter, page.acts, page.answers[0] if page.answers else None)
    return {"may_draft": True, "draft_text": text}
