"""Figures are seen by the unit that reported them and those above it, and written by the unit itself."""

from django.db import migrations

from danvan.access.rls import PERSON, UNIT, protect, reaches, unprotect


def of_submission(column: str, own: bool = False) -> str:
    mine = f" AND s.unit_id = {UNIT}" if own else ""
    return f"EXISTS (SELECT FROM figures_submission s WHERE s.id = {column}{mine})"


def of_cell(own: bool = False) -> str:
    mine = f" AND s.unit_id = {UNIT}" if own else ""
    return (
        "EXISTS (SELECT FROM figures_cell c JOIN figures_submission s ON s.id = c.submission_id "
        f"WHERE c.id = cell_id{mine})"
    )


OWN = f"unit_id = {UNIT}"
TABLES = {
    # A superior decides on it (state only: the seal guards the rest); drafts are the unit's own to change.
    "figures_submission": {
        "see": reaches("figures_submission.unit_id", 'upper("window")'),
        "write": OWN,
        "change": f"{OWN} OR seal IS NOT NULL AND {reaches('unit_id')}",
        "remove": OWN,
    },
    "figures_cell": {"see": of_submission("submission_id"), "write": of_submission("submission_id", own=True)},
    "figures_evidence": {"see": of_cell(), "write": of_cell(own=True)},
    "figures_attachment": {"see": of_cell(), "write": of_cell(own=True)},
    "figures_remark": {"see": of_submission("submission_id"), "write": of_submission("submission_id")},
    "figures_carried": {
        "see": of_submission("consolidated_id"),
        "write": of_submission("consolidated_id", own=True),
    },
    "figures_workbookmapping": {"see": OWN, "write": OWN},
    "figures_savedview": {
        "see": f"person_id = {PERSON} OR shared AND {OWN}",
        "write": f"person_id = {PERSON} AND {OWN}",
    },
    "figures_reminder": {"see": reaches("unit_id"), "write": reaches("unit_id")},
}


class Migration(migrations.Migration):
    dependencies = [("figures", "0002_sealed"), ("access", "0002_row_security")]
    operations = [migrations.RunSQL(protect(table, **rules), unprotect(table)) for table, rules in TABLES.items()]
