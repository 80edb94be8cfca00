"""Addresses of signing in, posts, people, notices and the trail."""

from django.urls import URLPattern, URLResolver, path

from danvan.access import views_files
from danvan.access.views import account, delegation, health, notices, people, posts, trail

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/", health.health, name="health"),
    path("account/", account.account, name="account"),
    path("posts/switch/", posts.switch, name="switch_post"),
    path("people/", people.listing, name="people"),
    path("people/add/", people.add, name="person_add"),
    path("people/give/", people.give, name="person_give"),
    path("people/<int:pk>/", people.person, name="person"),
    path("delegation/", delegation.delegation, name="delegation"),
    path("notices/", notices.notices, name="notices"),
    path("notices/seen/", notices.all_seen, name="notices_seen"),
    path("notices/<int:pk>/", notices.opened, name="notice"),
    path("trail/", trail.trail, name="audit"),
    path("files/<int:pk>/", views_files.stored_file, name="stored_file"),
]
