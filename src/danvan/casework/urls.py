"""Addresses of the staff's pages."""

from django.urls import path

from danvan.casework.views import dialogues, issues, matter, matters, own_data, publishing, reception, register, voting

urlpatterns = [
    path("casework/", reception.begin, name="casework"),
    path("reception/", reception.desk, name="reception"),
    path("reception/help/", reception.help_along, name="reception_help"),
    path("reception/days/", reception.days, name="reception_days"),
    path("dialogues/", dialogues.listing, name="dialogues"),
    path("dialogues/new/", dialogues.new, name="dialogue_new"),
    path("dialogues/<int:pk>/", dialogues.page, name="dialogue"),
    path("dialogues/<int:pk>/edit/", dialogues.edit, name="dialogue_edit"),
    path("dialogues/<int:pk>/room/", dialogues.room, name="dialogue_room"),
    path("dialogues/<int:pk>/hall/", dialogues.hall, name="dialogue_hall"),
    path("dialogues/<int:pk>/votes/", voting.put, name="dialogue_votes"),
    path("kept/", dialogues.promise_list, name="promise_list"),
    path("kept/<int:pk>/", dialogues.promise, name="promise"),
    path("matters/", matters.listing, name="matters"),
    path("matters/table.<str:kind>", matters.table, name="matters_table"),
    path("matters/leader/", matters.leader, name="leader"),
    path("matters/map/", matters.topics, name="topic_map"),
    path("matters/register/", register.take_over, name="matters_register"),
    path("matters/units/", matter.units, name="matters_units"),
    path("matters/<int:pk>/", matter.matter, name="matter"),
    path("matters/<int:pk>/person/", matter.person, name="matter_person"),
    path("matters/<int:pk>/papers/", matter.papers_in, name="matter_papers"),
    path("matters/<int:pk>/papers/<int:file>/", matter.paper, name="matter_paper"),
    path("matters/<int:pk>/data/", own_data.data, name="matter_data"),
    path("matters/<int:pk>/publish/", publishing.matter, name="matter_publish"),
    path("matters/<int:pk>/papers/<int:file>/publish/", publishing.paper, name="matter_redact"),
    path("matters/<int:pk>/answer/", matter.answer, name="matter_answer"),
    path("matters/<int:pk>/answer/<int:edition>.<str:kind>", matter.answer_file, name="matter_answer_file"),
    path("issues/", issues.listing, name="issues"),
    path("issues/new/", issues.new, name="issue_new"),
    path("issues/<int:pk>/", issues.issue, name="issue"),
    path("matters/<int:pk>/receipt/", reception.receipt, name="receipt"),
    path("matters/<int:pk>/receipt.pdf", reception.receipt_file, name="receipt_file"),
]
