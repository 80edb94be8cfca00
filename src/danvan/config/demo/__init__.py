"""The demo: the map of Viet Nam, a province in the middle of its year, and the main job from words to words."""

from danvan.config.demo.command import demo, demo_arguments

__all__ = ["demo", "demo_arguments"]
