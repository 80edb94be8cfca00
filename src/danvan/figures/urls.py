"""Addresses of forms, filing, review, the board, workbooks and comparison; each part keeps its own list."""

from importlib import import_module
from importlib.util import find_spec

from django.urls import include, path

PARTS = ("forms", "filing", "review", "board", "workbook", "compare")

urlpatterns = [
    path("", include(import_module(f"danvan.figures.urls_{part}")))
    for part in PARTS
    if find_spec(f"danvan.figures.urls_{part}")
]
