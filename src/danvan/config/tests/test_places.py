"""Called from another folder it is still the same database; DANVAN_VAR wins."""

from __future__ import annotations

from pathlib import Path

from danvan.config import database

CHECKOUT = Path(__file__).resolve().parents[4]


def test_a_checkout_keeps_its_data_wherever_it_is_called_from(monkeypatch, tmp_path):
    monkeypatch.delenv("DANVAN_VAR")
    monkeypatch.chdir(tmp_path)

    assert database.var_dir() == CHECKOUT / "var"


def test_an_installed_package_keeps_its_data_in_the_current_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("DANVAN_VAR")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        database, "__file__", str(tmp_path / "lib" / "site-packages" / "danvan" / "config" / "database.py")
    )

    assert database.var_dir() == tmp_path / "var"


def test_danvan_var_wins(monkeypatch, tmp_path):
    monkeypatch.setenv("DANVAN_VAR", str(tmp_path / "elsewhere"))

    assert database.var_dir() == tmp_path / "elsewhere"
