"""What may be done, and the roles: readable lists of permissions. Code asks for a permission, never for a role."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """One thing that a post may allow. Where: the acting unit itself, or the units below it."""

    SEE = "see"  # figures, reports and who has filed: own unit and below
    FILL = "fill"  # enter figures in the own unit's form
    SUBMIT = "submit"  # sign and send the own unit's form; restate it
    REVIEW = "review"  # return or accept what units below sent
    SEAL = "seal"  # sign the consolidated report of the own unit; restate it
    REMIND = "remind"  # remind units below
    EDIT_FORMS = "edit_forms"
    MANAGE_PEOPLE = "manage_people"  # people and posts of the own unit and below
    DELEGATE = "delegate"  # hand the own post to somebody for some days
    SEE_AUDIT = "see_audit"
    RECEIVE = "receive"  # register visits and what citizens raise with the own unit; hand out answers
    HANDLE = "handle"  # classify, transfer, settle what the own unit has; see who raised it, each look on record
    DECIDE = "decide"  # sign decisions and answers of the own unit
    UNSEAL = "unseal"  # one of the two who open a denouncer's identity
    INSPECT = "inspect"  # see who looked at identities in the own unit and below


P = Permission


class Role(NamedTuple):
    """What a post is for, in words that a manager can sign off."""

    code: str
    name: str | Promise
    description: str | Promise
    permissions: frozenset[Permission]


def _role(code: str, name: str | Promise, description: str | Promise, *permissions: Permission) -> Role:
    return Role(code, name, description, frozenset(permissions))


ROLES = {
    role.code: role
    for role in (
        _role(
            "viewer",
            _("Người xem"),
            _("Xem số liệu, báo cáo và tình hình gửi của đơn vị mình và các đơn vị bên dưới."),
            P.SEE,
        ),
        _role(
            "officer",
            _("Cán bộ nhập liệu"),
            _("Nhập số liệu, tiếp công dân, xử lý vụ việc của đơn vị mình; không ký gửi."),
            *(P.SEE, P.FILL, P.DELEGATE, P.RECEIVE, P.HANDLE),
        ),
        _role(
            "reviewer",
            _("Cán bộ tổng hợp"),
            _("Nhập và gửi báo cáo của đơn vị mình; xem xét, trả lại, chấp nhận, nhắc các đơn vị bên dưới."),
            *(P.SEE, P.FILL, P.SUBMIT, P.REVIEW, P.REMIND, P.DELEGATE, P.RECEIVE, P.HANDLE),
        ),
        _role(
            "leader",
            _("Lãnh đạo"),
            _("Ký gửi báo cáo của đơn vị mình, chấp nhận báo cáo bên dưới, chốt và ký báo cáo tổng hợp, ký trả lời."),
            *(P.SEE, P.FILL, P.SUBMIT, P.REVIEW, P.SEAL, P.REMIND, P.DELEGATE, P.SEE_AUDIT),
            *(P.RECEIVE, P.HANDLE, P.DECIDE, P.UNSEAL),
        ),
        _role(
            "reception",
            _("Cán bộ tiếp công dân"),
            _("Tiếp công dân, nhận và xử lý vụ việc của đơn vị mình; không nhập biểu mẫu báo cáo."),
            *(P.SEE, P.DELEGATE, P.RECEIVE, P.HANDLE),
        ),
        _role(
            "inspector",
            _("Thanh tra"),
            _("Xem ai đã mở danh tính người gửi đơn trong đơn vị mình; là một trong hai người mở niêm phong."),
            *(P.SEE, P.HANDLE, P.UNSEAL, P.INSPECT, P.SEE_AUDIT),
        ),
        _role(
            "forms",
            _("Quản trị biểu mẫu"),
            _("Soạn và ban hành phiên bản biểu mẫu báo cáo."),
            *(P.SEE, P.EDIT_FORMS),
        ),
        _role(
            "administrator",
            _("Quản trị hệ thống"),
            _("Lập người dùng, giao chức danh trong đơn vị mình và các đơn vị bên dưới; xem nhật ký."),
            *(P.SEE, P.MANAGE_PEOPLE, P.SEE_AUDIT),
        ),
    )
}


def roles_that_may(permission: Permission) -> list[str]:
    """Codes of the roles that allow it."""
    return [role.code for role in ROLES.values() if permission in role.permissions]
