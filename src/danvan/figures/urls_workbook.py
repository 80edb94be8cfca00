from django.urls import path

from danvan.figures.views import workbook

urlpatterns = [
    path("workbook/<int:pk>/", workbook.page, name="workbook"),
    path("workbook/<int:pk>/form.xlsx", workbook.form, name="workbook_form"),
    path("workbook/<int:pk>/<int:file>/", workbook.differences, name="workbook_file"),
    path("workbook/<int:pk>/<int:file>/discard/", workbook.discard, name="workbook_discard"),
    path("workbook/<int:pk>/<int:file>/mapping/", workbook.mapping, name="workbook_mapping"),
]
