"""Addresses of who has filed."""

from django.urls import path

from danvan.figures.views import board

urlpatterns = [
    path("board/", board.begin, name="board"),
    path("board/<str:form>/<int:unit>/<str:period>/", board.board, name="board_of"),
    path("board/<str:form>/<int:unit>/<str:period>/table.<slug:kind>", board.table, name="board_file"),
    path("board/<str:form>/<int:unit>/<str:period>/remind/", board.remind, name="board_remind"),
]
