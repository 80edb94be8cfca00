"""Addresses of the citizens' pages."""

from django.urls import path

from danvan.casework.views import citizens, voting

urlpatterns = [
    path("say/", citizens.say, name="citizen_say"),
    path("say/sent/", citizens.sent, name="citizen_sent"),
    path("follow/", citizens.follow, name="citizen_follow"),
    path("follow/data/", citizens.own_data, name="citizen_data"),
    path("promises/", citizens.promise_board, name="citizen_promises"),
    path("promises/confirm/", citizens.confirm, name="citizen_confirm"),
    path("promises/photo/<int:pk>/", citizens.photo, name="citizen_photo"),
    path("told/", citizens.told, name="citizen_told"),
    path("told/papers/<int:pk>/", citizens.paper, name="citizen_paper"),
    path("dialogues/public/", citizens.dialogue_list, name="citizen_dialogues"),
    path("dialogues/public/<str:code>/vote/", voting.vote, name="citizen_vote"),
    path("dialogues/public/<str:code>/", citizens.dialogue, name="citizen_dialogue"),
]
