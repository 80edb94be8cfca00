"""Addresses of filing. All pages that work without a connection lie under filing/: the service worker's reach."""

from django.urls import path

from danvan.figures.views import filing

urlpatterns = [
    path("filing/", filing.listing, name="filing"),
    path("filing/worker.js", filing.worker, name="filing_worker"),
    path("filing/app.webmanifest", filing.manifest, name="filing_manifest"),
    path("filing/<int:pk>/", filing.grid, name="filing_grid"),
    path("filing/<int:pk>/cell/", filing.cell, name="filing_cell"),
    path("filing/<int:pk>/cells/", filing.cells, name="filing_cells"),
    path("filing/<int:pk>/changes/", filing.changes, name="filing_changes"),
    path("filing/<int:pk>/files/", filing.files, name="filing_files"),
    path("filing/<int:pk>/submit/", filing.submit, name="filing_submit"),
    path("filing/<int:pk>/discard/", filing.discard, name="filing_discard"),
    path("api/submissions/", filing.api, name="api_submissions"),
]
