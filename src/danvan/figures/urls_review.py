"""Addresses of review, editions and the signed consolidated report."""

from django.urls import path

from danvan.figures.views import review

urlpatterns = [
    path("review/", review.listing, name="review"),
    path("review/<int:pk>/", review.decide, name="review_submission"),
    path("submissions/<int:pk>/", review.record, name="submission"),
    path("submissions/<int:pk>/seal/", review.seal, name="submission_seal"),
    path("submissions/<int:pk>/restate/", review.restate, name="submission_restate"),
    path("submissions/<int:pk>/withdraw/", review.withdraw, name="submission_withdraw"),
    path("consolidated/", review.overview, name="consolidated_list"),
    path("consolidated/<slug:form>/<str:period>/", review.consolidated, name="consolidated"),
    path("consolidated/<slug:form>/<str:period>/carry/", review.carry, name="consolidated_carry"),
]
