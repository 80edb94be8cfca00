"""Addresses of the staff's pages."""

from django.urls import path

from danvan.casework.views import reception

urlpatterns = [
    path("casework/", reception.begin, name="casework"),
    path("reception/", reception.desk, name="reception"),
    path("reception/help/", reception.help_along, name="reception_help"),
    path("reception/days/", reception.days, name="reception_days"),
    path("matters/<int:pk>/receipt/", reception.receipt, name="receipt"),
    path("matters/<int:pk>/receipt.pdf", reception.receipt_file, name="receipt_file"),
]
