from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "danvan.access"

    def ready(self) -> None:
        from danvan.access import scope, signing_in  # noqa: PLC0415 -- needs the models

        scope.connect()
        signing_in.connect()
